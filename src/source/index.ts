export { listFiles, type ListedFile, type Listing, type ListingProblem } from "./directory.ts";
export { openObject, type OpenedObject } from "./object-bytes.ts";
