/** Programs that listen by themselves start as they are, in every runtime. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { tempFolder } from '../../support/builder/folders.ts';
import { build, run } from '../../support/runtimes/running.ts';

const PYTHON = `
import os
from http.server import BaseHTTPRequestHandler, HTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        print("asked for é")
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"own")

if __name__ == "__main__":
    HTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Handler).serve_forever()
`;
const RUBY = `
require "socket"

server = TCPServer.new(ENV.fetch("HOST"), ENV.fetch("PORT"))
loop do
  socket = server.accept
  socket.readpartial(4096)
  puts "asked for é"
  socket.write "HTTP/1.1 200 OK\\r\\ncontent-length: 3\\r\\nconnection: close\\r\\n\\r\\nown"
  socket.close
end
`;
const PHP = `<?php error_log('asked for é'); echo 'own';`;
const GO = `package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Println("asked for é")
		fmt.Fprint(w, os.Args[1])
	})
	log.Fatal(http.ListenAndServe(":"+os.Getenv("PORT"), nil))
}
`;

for (const [runtime, options, files] of [
  ['python', '{}', { 'server.py': PYTHON }],
  ['ruby', '{}', { 'server.rb': RUBY }],
  ['php', '{ start: php -S $HOST:$PORT index.php }', { 'index.php': PHP }],
  ['shell', '{ start: python3 server.py }', { 'server.py': PYTHON }],
  ['go', '{ start: funko own }', { 'go.mod': 'module own\n\ngo 1.24\n', 'main.go': GO }],
] as const)
  it(`starts a program of one's own with the runtime ${runtime}`, async () => {
    await using folder = await tempFolder({
      'funko.yml': `name: own\nruntime: ${runtime}\noptions: ${options}\n`,
      ...files,
    });
    const running = await run((await build(folder.path)).image);
    assert.equal((await running.ask('/x')).text, 'own');
    // At once, and as UTF-8.
    await running.logged(/asked for é/);
  });
