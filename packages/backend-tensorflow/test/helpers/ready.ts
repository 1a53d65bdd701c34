import { readRecord } from "../../src/setup/setup-record.node.ts";
import { tensorflowFolder } from "../../src/setup/tensorflow-folder.node.ts";

/** Why tests of the backend cannot run, to be put after a test's name; empty where they can. */
export const notReady: string = readRecord(tensorflowFolder())
  ? ""
  : " (skipped: set KWTA_CACHE_DIR to the folder in which kwta setup tensorflow set it up)";
