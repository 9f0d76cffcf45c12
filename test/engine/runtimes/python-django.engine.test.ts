/** The runtime `python` with a Django project as it goes into production: collected files, links by path and by name, ASGI. */
import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { tempFolder } from '../../support/builder/folders.ts';
import { build, run, type Running } from '../../support/runtimes/running.ts';

const SETTINGS = `
import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = os.environ["SECRET_KEY"]
DEBUG = False
ALLOWED_HOSTS = ["shop.test"]
INSTALLED_APPS = ["django.contrib.staticfiles"]
MIDDLEWARE = ["django.middleware.csrf.CsrfViewMiddleware"]
ROOT_URLCONF = "shop.urls"
ASGI_APPLICATION = "shop.asgi.application"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates"}]
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "assets"]
STATIC_ROOT = BASE_DIR / "collected"
STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}}
USE_TZ = True
`;
const URLS = `
from django.http import HttpResponse
from django.template import engines
from django.urls import path, reverse

PAGE = engines["django"].from_string("{% load static %}{% static 'site.css' %} {% url 'page' %} {{ scheme }}")

def page(request):
    return HttpResponse(PAGE.render({"scheme": request.scheme}))

def form(request):
    return HttpResponse(request.POST["x"])

urlpatterns = [path("page", page, name="page"), path("form", form)]
`;
const ASGI = `
import os
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
application = get_asgi_application()
`;
const MANAGE = `
import os, sys
from django.core.management import execute_from_command_line

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
execute_from_command_line(sys.argv)
`;

const PATH = { host: 'shop.test', 'x-forwarded-prefix': '/funko/shop', 'x-forwarded-proto': 'https' };
const NAME = { host: 'shop.test' };
const folder = await tempFolder({
  'funko.yml': 'name: shop\nruntime: python\noptions: { ship_packages: [python3-django] }\n',
  'manage.py': MANAGE,
  'shop/__init__.py': '',
  'shop/settings.py': SETTINGS,
  'shop/urls.py': URLS,
  'shop/asgi.py': ASGI,
  'assets/site.css': 'h1 { color: teal; }\n',
});
let running: Running;
before(async () => {
  running = await run((await build(folder.path)).image, '--env', 'SECRET_KEY=x');
});

const linksTo = async (headers: Record<string, string>): Promise<string[]> => {
  const { status, text } = await running.ask('/page', { headers });
  assert.equal(status, 200, text);
  return text.split(' ');
};

it('makes links that hold by path and by name, in the same process', async () => {
  for (const [headers, prefix, scheme] of [
    [PATH, '/funko/shop', 'https'],
    [NAME, '', 'http'],
    [PATH, '/funko/shop', 'https'],
  ] as const) {
    const [css = '', page, seen] = await linksTo(headers);
    assert.match(css, new RegExp(`^${prefix}/static/site\\.[0-9a-f]{12}\\.css$`));
    assert.deepEqual([page, seen], [`${prefix}/page`, scheme]);
  }
});

it('serves the files that the build collected', async () => {
  for (const headers of [PATH, NAME]) {
    const [css = ''] = await linksTo(headers);
    const found = await running.ask(css.replace('/funko/shop', ''), { headers });
    assert.deepEqual([found.status, found.text], [200, 'h1 { color: teal; }\n']);
    assert.match(found.headers['content-type'] ?? '', /^text\/css/);
    assert.equal((await running.ask('/static/../shop/settings.py', { headers })).status, 404);
  }
});

it('takes a form that a page of its own origin sends, and no other', async () => {
  const token = 'a'.repeat(32);
  const post = async (origin: string): Promise<number | undefined> => {
    const headers = {
      ...PATH,
      origin,
      cookie: `csrftoken=${token}`,
      'content-type': 'application/x-www-form-urlencoded',
    };
    const body = `x=1&csrfmiddlewaretoken=${token}`;
    return (await running.ask('/form', { method: 'POST', headers, body })).status;
  };
  assert.equal(await post('https://shop.test'), 200);
  assert.equal(await post('https://other.test'), 403);
});
