import { testReadme } from "../../../test/readme-example.ts";

testReadme(import.meta.url);
