"""Serves the static files of a Django project where nothing else does, and has links to files follow the prefix of each request."""

import os

from django.conf import LazySettings, settings
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler, StaticFilesHandler
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import FileSystemStorage
from django.core.handlers.asgi import ASGIHandler
from django.http import Http404
from django.urls import get_script_prefix
from django.views import static

STATIC_FILES = "django.contrib.staticfiles"
URLS = ("STATIC_URL", "MEDIA_URL")


def around(application, kind):
    follow_prefix()
    if not serves_static():
        return application
    return AsgiFiles(application) if kind == "asgi" else WsgiFiles(application)


def serves_static():
    """Unless WhiteNoise does it, or another server; before they are collected only in debug mode, as runserver does."""
    if STATIC_FILES not in settings.INSTALLED_APPS or not settings.STATIC_URL:
        return False
    if any("whitenoise" in each.lower() for each in settings.MIDDLEWARE):
        return False
    return settings.DEBUG or bool(settings.STATIC_ROOT and os.path.isdir(settings.STATIC_ROOT))


class Files:
    """In debug mode the files where apps have them, else those that were collected."""

    def serve(self, request):
        path = self.file_path(request.path_info)
        if settings.DEBUG:
            from django.contrib.staticfiles.views import serve

            return serve(request, path, insecure=True)
        try:
            return static.serve(request, path, document_root=settings.STATIC_ROOT)
        except SuspiciousFileOperation as error:
            raise Http404 from error


class WsgiFiles(Files, StaticFilesHandler):
    pass


class AsgiFiles(Files, ASGIStaticFilesHandler):
    async def __call__(self, scope, receive, send):
        path = scope.get("path", "").removeprefix(scope.get("root_path", ""))
        if scope["type"] == "http" and self._should_handle(path):
            return await ASGIHandler.__call__(self, scope, receive, send)
        return await self.application(scope, receive, send)


def follow_prefix():
    """Django keeps the addresses of files with the prefix of the first request that asks for them; here each request may have another."""
    for name in URLS:
        relative = getattr(settings._wrapped, name)
        if relative and not relative.startswith(("http://", "https://", "/")):
            setattr(LazySettings, name, property(lambda _, relative=relative: get_script_prefix() + relative))
    FileSystemStorage.base_url = property(base_url)


def base_url(storage):
    given = storage._base_url
    if given is None:
        return settings.MEDIA_URL
    relative = getattr(settings._wrapped, "STATIC_URL") or ""
    is_from_settings = relative and not relative.startswith("/") and given.endswith("/" + relative)
    return settings.STATIC_URL if is_from_settings else given + ("" if given.endswith("/") else "/")
