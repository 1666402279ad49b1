/** A worker that never starts. */
process.stderr.write("cannot find the engine\n");
process.exit(1);
