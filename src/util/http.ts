/**
 * Node's HTTP clients, with their CommonJS faces. Importing `node:http` as an ES module asks for all that it exports, and that loads
 * fetch and WebSocket: 20 ms of each command (docs/performance.md).
 */
import type https from 'node:https';

export const { Agent, request } = process.getBuiltinModule('node:http');

/** `node:https`, with all of TLS: loaded when it is needed. */
export function secure(): typeof https {
  return process.getBuiltinModule('node:https');
}
