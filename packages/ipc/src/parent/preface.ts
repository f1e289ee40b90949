/** What a WebSocket asks for that is the parent of the daemon, instead of one of its clients. */
export const PARENT_PATH = '/parent';
/** The line after which a program's output is the daemon's: what a login shell or ssh says before is passed over. */
export const STDIO_PREFACE = 'swarm-ipc-stdio/1';
