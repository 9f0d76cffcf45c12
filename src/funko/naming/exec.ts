/** What marks the programs that are run in an instance by hand. Pure. */

/** A variable in a program's environment, with a value of that program alone: by it the program is found, to be ended. */
export const EXEC_MARK = 'FAASO_EXEC';
