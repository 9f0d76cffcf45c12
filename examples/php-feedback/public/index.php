<?php

// Stars for the pages of a site: one vote a person, and no address is kept.
//
// POST /funko/php-feedback/?page=/docs  {"email": "ada@example.org", "stars": 4}
//   → {"page": "/docs", "person": "…", "votes": 1, "average": 4}
// GET  /funko/php-feedback/?page=/docs  → {"page": "/docs", "votes": 1, "average": 4, "scale": 5}
// GET  /funko/php-feedback/form.html    → a form for trying it out

declare(strict_types=1);

use Feedback\Votes;

require __DIR__ . '/../vendor/autoload.php';

const KEY_FILE = '/run/secrets/KEY';

function reply(array $value, int $status = 200): never
{
    http_response_code($status);
    header('Content-Type: application/json');
    exit(json_encode($value, JSON_UNESCAPED_SLASHES) . "\n");
}

$key = is_readable(KEY_FILE) ? trim(file_get_contents(KEY_FILE)) : 'for trying it out only';
$scale = (int) getenv('SCALE');
$page = $_GET['page'] ?? '';
if (!is_string($page) || !str_starts_with($page, '/')) {
    reply(['error' => 'page must be a path'], 400);
}

// Lives as long as the instance: with `volumes` in funko.yml, and a path there, for good.
$votes = new Votes(new PDO('sqlite:/tmp/feedback.sqlite'));
if ($_SERVER['REQUEST_METHOD'] !== 'POST') {
    reply(['page' => $page, ...$votes->of($page), 'scale' => $scale]);
}

$input = json_decode(file_get_contents('php://input'), associative: true);
['email' => $email, 'stars' => $stars] = (is_array($input) ? $input : []) + ['email' => null, 'stars' => null];
if (!is_string($email) || !is_int($stars) || $stars < 1 || $stars > $scale) {
    reply(['error' => "email must be a text, and stars a number from 1 to $scale"], 400);
}
// Whoever has the database but not the key can't find out who voted.
$person = substr(hash_hmac('sha256', strtolower(trim($email)), $key), 0, 16);
$votes->add($page, $person, $stars);
reply(['page' => $page, 'person' => $person, ...$votes->of($page)]);
