import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { byDebian, withPackages } from '../debian.ts';
import type { Project } from '../project.ts';

const MODULE = `module example.com/shop

go 1.24

require example.com/greeting v0.0.0

replace example.com/greeting => ./libs/greeting
`;
const WEB = `package main

import (
	"html/template"
	"log"
	"net/http"
	"os"

	"example.com/greeting"
)

func main() {
	pages := template.Must(template.ParseGlob("web/templates/*.html"))
	mux := http.NewServeMux()
	mux.Handle("GET /static/", http.StripPrefix("/static/", http.FileServer(http.Dir("web/static"))))
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		pages.ExecuteTemplate(w, "index.html", greeting.Text)
	})
	log.Fatal(http.ListenAndServe(":"+os.Getenv("PORT"), mux))
}
`;
const WORKER = `package main

import "fmt"

func main() { fmt.Println("worked") }
`;

const BUILD = 'mkdir -p bin && go build -o bin/ ./cmd/...';

export const project: Project = {
  title: 'Go, net/http',
  madeBy: 'by hand: two programs in cmd/, a module of the folder',
  make: async (folder) => {
    for (const part of ['cmd/web', 'cmd/worker', 'libs/greeting', 'web/templates', 'web/static'])
      await mkdir(join(folder, part), { recursive: true });
    const files: Readonly<Record<string, string>> = {
      'go.mod': MODULE,
      'cmd/web/main.go': WEB,
      'cmd/worker/main.go': WORKER,
      'libs/greeting/go.mod': 'module example.com/greeting\n\ngo 1.24\n',
      'libs/greeting/greeting.go': 'package greeting\n\nconst Text = "Hello, World!"\n',
      'web/templates/index.html':
        '<!doctype html>\n<link rel="stylesheet" href="/static/style.css"><h1>{{.}}</h1>\n',
      'web/static/style.css': 'h1 { color: teal; }\n',
    };
    for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text);
  },
  page: { path: '/', text: 'Hello, World!' },
  asset: /^\/static\/style\.css$/,
  change: {
    file: 'libs/greeting/greeting.go',
    from: 'Hello, World!',
    to: 'Hello, FaaSO!',
    text: 'Hello, FaaSO!',
  },
  own: { build: byDebian(['golang-go'], BUILD) },
  advice: {
    dockerfile: `${withPackages('golang-go').replace('\n', ' AS build\n')}WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 ${BUILD}
FROM scratch
WORKDIR /app
COPY --from=build /app/bin /bin
COPY web web
CMD ["/bin/web"]
`,
  },
};
