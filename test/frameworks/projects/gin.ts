import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RUNTIMES } from '../../support/builder/folders.ts';
import { byDebian, runOfDebian, withPackages } from '../debian.ts';
import type { Project } from '../project.ts';

const PACKAGES = ['golang-go', 'golang-github-gin-gonic-gin-dev'];
const MODULE = `module example.com/gin

go 1.24

require github.com/gin-gonic/gin v1.8.1

require (
	github.com/gin-contrib/sse v0.1.0 // indirect
	github.com/go-playground/locales v0.14.1 // indirect
	github.com/go-playground/universal-translator v0.18.1 // indirect
	github.com/go-playground/validator/v10 v10.14.0 // indirect
	github.com/leodido/go-urn v1.2.4 // indirect
	github.com/mattn/go-isatty v0.0.19 // indirect
	github.com/pelletier/go-toml/v2 v2.0.8 // indirect
	github.com/ugorji/go/codec v1.2.11 // indirect
	golang.org/x/crypto v0.9.0 // indirect
	golang.org/x/net v0.10.0 // indirect
	golang.org/x/sys v0.8.0 // indirect
	golang.org/x/text v0.9.0 // indirect
	google.golang.org/protobuf v1.30.0 // indirect
	gopkg.in/yaml.v2 v2.4.0 // indirect
)
`;
const MAIN = `package main

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

func main() {
	router := gin.Default()
	router.LoadHTMLGlob("templates/*")
	router.Static("/assets", "./assets")
	router.GET("/", func(c *gin.Context) {
		c.HTML(http.StatusOK, "index.tmpl", gin.H{"title": "Main website"})
	})
	router.GET("/ping", func(c *gin.Context) {
		c.JSON(http.StatusOK, gin.H{"message": "pong"})
	})
	router.Run()
}
`;
const BUILD = 'go build -o app .';

export const project: Project = {
  title: 'Gin',
  madeBy: "the documentation's examples, Debian's golang-github-gin-gonic-gin-dev 1.8, vendored",
  make: async (folder) => {
    for (const part of ['templates', 'assets']) await mkdir(join(folder, part), { recursive: true });
    const files: Readonly<Record<string, string>> = {
      'go.mod': MODULE,
      'main.go': MAIN,
      'templates/index.tmpl': '<link rel="stylesheet" href="/assets/style.css"><h1>{{ .title }}</h1>\n',
      'assets/style.css': 'h1 { color: teal; }\n',
    };
    for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text);
    await vendor(folder);
  },
  page: { path: '/', text: 'Main website' },
  asset: /^\/assets\/style\.css$/,
  change: { file: 'main.go', from: 'Main website', to: 'Hello, FaaSO!', text: 'Hello, FaaSO!' },
  own: { build: byDebian(PACKAGES, BUILD) },
  advice: {
    dockerfile: `${withPackages(...PACKAGES).replace('\n', ' AS build\n')}WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 ${BUILD}
FROM scratch
WORKDIR /app
COPY --from=build /app/app /app/app
COPY templates templates
COPY assets assets
CMD ["/app/app"]
`,
  },
};

/** What `go mod vendor` leaves, of Debian's sources: no module proxy is in reach. */
async function vendor(folder: string): Promise<void> {
  const script = join(folder, 'vendor.sh');
  await copyFile(join(RUNTIMES, 'go/.runtime/vendor.sh'), script);
  await runOfDebian(folder, PACKAGES, 'sh', 'vendor.sh');
  await rm(script);
}
