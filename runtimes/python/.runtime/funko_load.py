"""Finds the application in a funko's file: one of WSGI or of ASGI, under one of the usual names, or the only one that is there."""

import importlib
import inspect
import json
import os
import re
import sys
import traceback

APPLICATIONS = ("app", "application", "api")
FACTORIES = ("create_app", "make_app")
MANAGE = "manage.py"


def load(entry):
    """The application of `FILE`, `FILE:NAME` or `FILE:FACTORY()`; ends the process if there is none."""
    path, _, name = entry.partition(":")
    # Flask passes over app.run() then.
    os.environ.setdefault("FLASK_RUN_FROM_CLI", "true")
    add_root(path)
    if os.path.basename(path) == MANAGE:
        return tried(f"{path} names settings that can't be loaded", lambda: of_django(path))
    module = tried(f"{path} can't be loaded", lambda: importlib.import_module(module_of(path)))
    return of_name(module, path, name) if name else of_module(module, path)


def module_of(path):
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def add_root(path):
    """What is beside the file, or beside the package that it is in, can be imported too, if nothing else has its name."""
    folder = os.path.dirname(path)
    while folder and os.path.exists(os.path.join(folder, "__init__.py")):
        folder = os.path.dirname(folder)
    if folder:
        sys.path.append(os.path.abspath(folder))


def of_django(path):
    """A project without wsgi.py and asgi.py: as its runserver makes it."""
    with open(path) as file:
        settings = re.search(r"""DJANGO_SETTINGS_MODULE["']\s*,\s*["']([\w.]+)["']""", file.read())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings[1])
    import django
    from django.core.servers.basehttp import get_internal_wsgi_application

    django.setup(set_prefix=False)
    return get_internal_wsgi_application()


def of_name(module, path, name):
    """`app`, `package.app`, `create_app()`."""
    value = module
    for word in name.removesuffix("()").split("."):
        value = getattr(value, word, None)
    if name.endswith("()") and callable(value):
        value = tried(f"{name} of {path} fails", value)
    if not kind_of(value):
        fail(f"funko.yml names {name} of {path}, which is {described(value)}: it must be an application of WSGI or ASGI")
    return value


def of_module(module, path):
    for name in APPLICATIONS:
        # Dash has the application as an attribute.
        for value in (getattr(module, name, None), getattr(getattr(module, name, None), "server", None)):
            if kind_of(value):
                return value
    others = {id(value): name for name, value in vars(module).items() if is_other(name, value)}
    if len(others) == 1:
        return getattr(module, *others.values())
    if others:
        names = ", ".join(others.values())
        fail(f'{path} has several applications: {names}; name one of them in funko.yml, e.g. "options: {{ entry: {path}:{min(others.values())} }}"')
    return of_factory(module, path)


def is_other(name, value):
    """Whether it is an application of a framework under a name of its own."""
    is_object = not (inspect.isroutine(value) or inspect.isclass(value) or inspect.ismodule(value))
    return is_object and not name.startswith("_") and kind_of(value) is not None


def of_factory(module, path):
    for name in FACTORIES:
        factory = getattr(module, name, None)
        if not callable(factory):
            continue
        if not binds(factory):
            fail(f"{name} of {path} needs arguments; give them defaults, or let {path} have an application named app")
        application = tried(f"{name}() of {path} fails", factory)
        return application if kind_of(application) else fail(f"{name}() of {path} gives {described(application)}, no application")
    fail(
        f"{path} must have a WSGI or ASGI application named app (or application, or api), or a function create_app that makes one; "
        f'if it listens by itself, let funko.yml say "options: {{ start: python3 {path} }}"'
    )


def described(value):
    return "not there" if value is None else f"a {type(value).__name__}"


def kind_of(value):
    """`asgi`: it is called with scope, receive and send, and awaited. `wsgi`: with two arguments (PEP 3333). None: it is neither."""
    if not callable(value):
        return None
    calls = (value, None if inspect.isclass(value) else getattr(value, "__call__", None))
    if any(inspect.iscoroutinefunction(each) for each in calls):
        return "asgi" if binds(value, "scope", "receive", "send") else None
    if binds(value, "environ", "start_response"):
        return "wsgi"
    return "asgi" if binds(value, "scope", "receive", "send") else None


def binds(function, *arguments):
    try:
        inspect.signature(function).bind(*arguments)
    except TypeError:
        return False
    except ValueError:
        # It does not tell what it takes.
        return len(arguments) == 2
    return True


def tried(what, work):
    try:
        return work()
    except Exception as error:
        traceback.print_exception(error.with_traceback(own_part(error.__traceback__)))
        hint = missing(error.name) if isinstance(error, ModuleNotFoundError) and error.name else ""
        fail(what + hint)


def own_part(trace):
    """Without what the runtime and Python itself did to come to the funko's code."""
    while trace and trace.tb_next:
        file = trace.tb_frame.f_code.co_filename
        if not (file.startswith((os.path.dirname(__file__), "<frozen ")) or file == importlib.__file__):
            break
        trace = trace.tb_next
    return trace


def missing(module):
    """What to do about a module that is not installed."""
    name = module.partition(".")[0]
    with open(os.path.join(os.path.dirname(__file__), "debian-packages.json")) as file:
        package = json.load(file).get(name)
    debian = f", or Debian's package: options: {{ ship_packages: [{package}] }} in funko.yml" if package else ""
    return f": the module {name} is not installed. Name it in requirements.txt{debian}"


def fail(what):
    sys.exit(f"The funko can't start: {what}.")
