/** Symfony's skeleton with a controller, a template and AssetMapper, as its recipes make them. */

/** `require` of composer.json comes with the packages that are there. */
export const COMPOSER = {
  name: 'symfony/skeleton',
  type: 'project',
  config: { 'allow-plugins': { 'symfony/runtime': true }, 'sort-packages': true },
  autoload: { 'psr-4': { 'App\\': 'src/' } },
  scripts: { 'post-install-cmd': ['@php bin/console assets:install public'] },
};

export const FILES: Readonly<Record<string, string>> = {
  '.env': `APP_ENV=dev
APP_SECRET=
`,
  'bin/console': `#!/usr/bin/env php
<?php

use App\\Kernel;
use Symfony\\Bundle\\FrameworkBundle\\Console\\Application;

require_once dirname(__DIR__).'/vendor/autoload_runtime.php';

return function (array $context) {
    $kernel = new Kernel($context['APP_ENV'], (bool) $context['APP_DEBUG']);

    return new Application($kernel);
};
`,
  'public/index.php': `<?php

use App\\Kernel;

require_once dirname(__DIR__).'/vendor/autoload_runtime.php';

return function (array $context) {
    return new Kernel($context['APP_ENV'], (bool) $context['APP_DEBUG']);
};
`,
  'src/Kernel.php': `<?php

namespace App;

use Symfony\\Bundle\\FrameworkBundle\\Kernel\\MicroKernelTrait;
use Symfony\\Component\\HttpKernel\\Kernel as BaseKernel;

class Kernel extends BaseKernel
{
    use MicroKernelTrait;
}
`,
  'config/bundles.php': `<?php

return [
    Symfony\\Bundle\\FrameworkBundle\\FrameworkBundle::class => ['all' => true],
    Symfony\\Bundle\\TwigBundle\\TwigBundle::class => ['all' => true],
];
`,
  'config/packages/framework.yaml': `framework:
    secret: '%env(APP_SECRET)%'
    http_method_override: false
    session: true
    asset_mapper:
        paths:
            - assets/
`,
  'config/routes.yaml': `controllers:
    resource:
        path: ../src/Controller/
        namespace: App\\Controller
    type: attribute
`,
  'config/services.yaml': `services:
    _defaults:
        autowire: true
        autoconfigure: true

    App\\:
        resource: '../src/'
        exclude:
            - '../src/Kernel.php'
`,
  'src/Controller/HomeController.php': `<?php

namespace App\\Controller;

use Symfony\\Bundle\\FrameworkBundle\\Controller\\AbstractController;
use Symfony\\Component\\HttpFoundation\\Response;
use Symfony\\Component\\Routing\\Attribute\\Route;

class HomeController extends AbstractController
{
    #[Route('/', name: 'home')]
    public function index(): Response
    {
        return $this->render('home/index.html.twig', ['title' => 'Welcome to Symfony']);
    }
}
`,
  'templates/base.html.twig': `<!DOCTYPE html>
<html>
    <head>
        <meta charset="UTF-8">
        <title>{% block title %}Welcome!{% endblock %}</title>
        <link rel="stylesheet" href="{{ asset('styles/app.css') }}">
    </head>
    <body>
        {% block body %}{% endblock %}
    </body>
</html>
`,
  'templates/home/index.html.twig': `{% extends 'base.html.twig' %}

{% block body %}
    <h1>{{ title }}</h1>
    <a href="{{ path('home') }}">Home</a>
{% endblock %}
`,
  'assets/styles/app.css': `body { background: lightblue; }
`,
};
