import type { SurfaceGrid } from "./project-surface.ts";

/** What an axis is called. */
export interface SurfaceAxis {
  readonly name: string;
  /** Where there is little room. @defaultValue the whole name */
  readonly short?: string;
}

/** A surface with what a picture of it says. */
export interface LabelledSurface extends SurfaceGrid {
  /** For those who cannot see the picture. */
  readonly label: string;
  readonly axes: { readonly x: SurfaceAxis; readonly y: SurfaceAxis; readonly z: SurfaceAxis };
}
