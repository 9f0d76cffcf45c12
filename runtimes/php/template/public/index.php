<?php

declare(strict_types=1);

// /funko/NAME/some/path?name=Ada arrives here as /some/path?name=Ada, unless this folder has a file of that name.
$input = $_SERVER['REQUEST_METHOD'] === 'POST'
    ? json_decode(file_get_contents('php://input'), associative: true, flags: JSON_THROW_ON_ERROR)
    : $_GET;
$name = $input['name'] ?? 'world';

header('Content-Type: application/json');
echo json_encode(['message' => getenv('GREETING') . ", $name!"]), "\n";
