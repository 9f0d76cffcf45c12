/** The runtime `go`: what a Handler may be, where modules come from, and how a funko fails and stops. */
import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import { before, it } from 'node:test';
import { tempFolder } from '../../support/builder/folders.ts';
import { docker } from '../../support/engine/docker-cli.ts';
import { build, endOf, failureOf, run, type Running } from '../../support/runtimes/running.ts';

const HANDLER = `package web

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"
)

func Handler() (http.Handler, error) {
	mux := chi.NewMux()
	mux.Get("/", func(w http.ResponseWriter, r *http.Request) {
		berlin, err := time.LoadLocation("Europe/Berlin")
		_, denied := os.Create("/usr/local/bin/funko")
		fmt.Fprintln(w, os.Getuid(), uuid.Nil, berlin, err, denied)
	})
	mux.Get("/slow", func(w http.ResponseWriter, r *http.Request) {
		fmt.Println("slow began")
		time.Sleep(1500 * time.Millisecond)
		fmt.Fprintln(w, "done")
	})
	mux.Get("/panic", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-A", "1")
		panic("on purpose")
	})
	mux.Get("/cut", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "half")
		w.(http.Flusher).Flush()
		panic("in the middle")
	})
	mux.Get("/large", func(w http.ResponseWriter, r *http.Request) {
		fmt.Println("large began")
		fmt.Fprint(w, strings.Repeat("x", 16_000_000))
	})
	return mux, nil
}
`;
const FUNKO = `name: built
runtime: go
options: { package: web, devel_packages: [golang-github-google-uuid-dev, golang-github-go-chi-chi-dev] }
`;
const MODULE = `module example.com/built

go 1.24

require (
	github.com/go-chi/chi/v5 v5.1.0
	github.com/google/uuid v1.5.0
)
`;
const PLAIN = { 'funko.yml': 'name: plain\nruntime: go\n', 'go.mod': 'module example.com/plain\n\ngo 1.24\n' };

const PROGRAM = `package main

import (
	"net/http"
	"os"

	"example.com/lib"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, lib.File) })
	http.ListenAndServe(":"+os.Getenv("PORT"), nil)
}
`;
const IN_WORKSPACE = `package api

import (
	"fmt"
	"net/http"

	"example.com/api/internal/x"
	"example.com/lib"
	"github.com/google/uuid"
)

func Handler(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, lib.Name, x.X, uuid.Nil) }
`;

let running: Running;
let image: string;
let steps: Map<string, string>;
const folder = await tempFolder({ 'funko.yml': FUNKO, 'go.mod': MODULE, 'web/web.go': HANDLER });

before(async () => {
  ({ image, steps } = await build(folder.path));
  running = await run(image);
});

it('compiles with the modules of Debian to one program that an unprivileged user runs', async () => {
  assert.ok(endOf(steps, /vendor\.sh/));
  const { status, text } = await running.ask('/');
  const nobody = '00000000-0000-0000-0000-000000000000';
  const denied = 'open /usr/local/bin/funko: read-only file system';
  assert.deepEqual([status, text], [200, `1000 ${nobody} Europe/Berlin <nil> ${denied}\n`]);
  await assert.rejects(docker('exec', running.container, 'sh'));
});

it('answers 500 for a handler that panics, logs the stack, and cuts what was begun', async () => {
  const { status, text: said, headers } = await running.ask('/panic');
  assert.deepEqual([status, said, headers['x-a']], [500, 'Internal Server Error\n', undefined]);
  await running.logged(/GET \/panic failed: on purpose\s+goroutine [^]*web\.go:/);
  await assert.rejects(running.ask('/cut'), { code: 'ECONNRESET' });
  await running.logged(/GET \/cut failed: in the middle/);
  assert.equal((await running.ask('/')).status, 200);
});

it('finishes what runs, and what a slow client has not read yet, when it is stopped', async () => {
  const stopped = await run(image);
  const slow = stopped.ask('/slow');
  const response = await stopped.begin('/large');
  await stopped.logged(/slow began/);
  const status = stopped.stop();
  await stopped.logged(/Stopping/);
  assert.equal((await slow).text, 'done\n');
  assert.equal((await text(response)).length, 16_000_000);
  assert.equal(await status, '0');
});

it('compiles a program and those beside it, with modules of other folders, and ships the files that they read', async () => {
  await using own = await tempFolder({
    'funko.yml': PLAIN['funko.yml'],
    'go.mod': `${PLAIN['go.mod']}\nrequire example.com/lib v0.0.0\n\nreplace example.com/lib => ./lib\n`,
    'cmd/web/main.go': PROGRAM,
    'cmd/worker/main.go': 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("worked") }\n',
    'lib/go.mod': 'module example.com/lib\n\ngo 1.24\n',
    'lib/lib.go': 'package lib\n\nconst File = "static/vendor/hello.txt"\n',
    'static/vendor/hello.txt': 'of a file\n',
  });
  const { image } = await build(own.path);
  assert.equal(await docker('inspect', '--format', '{{json .Config.Cmd}}', image), '["/usr/local/bin/funko"]');
  assert.equal((await (await run(image)).ask('/')).text, 'of a file\n');
  assert.match(await docker('run', '--rm', image, 'worker'), /worked/);
  await assert.rejects(docker('run', '--rm', image, '/funko/lib/lib.go'), /no such file/);
});

it('compiles a workspace with the modules of Debian', async () => {
  const required = 'require (\n\texample.com/lib v0.0.0\n\tgithub.com/google/uuid v1.5.0\n\tnot/needed v1.0.0 // indirect\n)\n';
  await using workspace = await tempFolder({
    'funko.yml': FUNKO.replace('package: web', 'package: svc/api'),
    'go.work': 'go 1.24\n\nuse (\n\t./svc/api\n\t./lib\n)\n',
    'svc/api/go.mod': `module example.com/api\n\ngo 1.24\n\n${required}`,
    'svc/api/internal/x/x.go': 'package x\n\nconst X = "internal"\n',
    'svc/api/api.go': IN_WORKSPACE,
    'lib/go.mod': 'module example.com/lib\n\ngo 1.24\n',
    'lib/lib.go': 'package lib\n\nconst Name = "lib"\n',
  });
  const { image } = await build(workspace.path);
  assert.match((await (await run(image)).ask('/')).text, /^lib internal 0{8}-/);
});

it('says what a package lacks', async () => {
  await using none = await tempFolder({ ...PLAIN, 'a.go': 'package plain\n' });
  assert.match(await failureOf(none.path), /undefined: funko\.Handler[^]*must have a "func Handler\(w http/);
  await using wrong = await tempFolder({ ...PLAIN, 'a.go': 'package plain\n\nvar Handler = 3\n' });
  await assert.rejects(
    docker('run', '--rm', (await build(wrong.path)).image),
    /The funko can't start: Handler must be a func\(http\.ResponseWriter, .* it is a int\./,
  );
  const required = `${MODULE}\nrequire github.com/not/there v1.0.0\n`;
  await using missing = await tempFolder({ 'funko.yml': FUNKO, 'go.mod': required, 'web/web.go': HANDLER });
  assert.match(await failureOf(missing.path), /go\.mod requires github\.com\/not\/there, which none/);
});
