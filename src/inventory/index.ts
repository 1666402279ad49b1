export { learnNames, type LearnedNames } from "./learn.ts";
export { blockText, parseBlock, type Block } from "./blocks.ts";
export { blocksAround, type BlockAround } from "./blocks-around.ts";
export { loadNameBook, lookUp, namesAround, namesOfId, sortNames } from "./name-book.ts";
export { readNamesFile } from "./names-file.ts";
export { writeNamesYaml } from "./names-yaml.ts";
