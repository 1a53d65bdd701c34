/** Memory of a plan, in floats of one sample. */
export interface Block {
  readonly offset: number;
  readonly size: number;
}

/** Lays values out in memory that is used again as soon as nobody needs what was in it. */
export class Arena {
  /** How many floats it takes at most. */
  peak = 0;
  readonly #users = new Map<Block, number>();

  /** The first place where so many floats are free, with one user. */
  take(size: number): Block {
    let offset = 0;
    for (const block of [...this.#users.keys()].sort((a, b) => a.offset - b.offset)) {
      if (block.offset - offset >= size) break;
      offset = block.offset + block.size;
    }
    const block = { offset, size };
    this.#users.set(block, 1);
    this.peak = Math.max(this.peak, offset + size);
    return block;
  }

  /** One more user. */
  share(block: Block): void {
    this.#users.set(block, this.#users.get(block)! + 1);
  }

  /** One user less; without any it is free. */
  leave(block: Block): void {
    const users = this.#users.get(block)! - 1;
    if (users === 0) this.#users.delete(block);
    else this.#users.set(block, users);
  }

  /** Whether it has one user, who may write over it. */
  isOwn(block: Block): boolean {
    return this.#users.get(block) === 1;
  }
}
