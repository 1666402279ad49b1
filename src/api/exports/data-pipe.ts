/** Where rows pass from the process of an export to the server: after standard input, output, errors and the channel of messages. */
export const DATA_PIPE = 4;
