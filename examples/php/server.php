<?php

declare(strict_types=1);

/*
 * For test.php: a server on a free port of this machine that answers one connection in a bad way and ends. It prints its
 * address and what it was sent. Arguments: how it answers, and for TLS a file with a certificate and its key.
 */

[, $how] = $argv;
$certificate = $argv[2] ?? null;
$context = stream_context_create(['ssl' => ['local_cert' => $certificate]]);
$listen = ($certificate === null ? 'tcp' : 'tls') . '://127.0.0.1:0';
$listener = stream_socket_server($listen, $code, $error, STREAM_SERVER_BIND | STREAM_SERVER_LISTEN, $context);
$port = explode(':', stream_socket_get_name($listener, false))[1];
$tls = $certificate !== null || $how === 'shakes no hands';
echo $tls ? "https://localhost:$port\n" : "http://127.0.0.1:$port\n";
$client = @stream_socket_accept($listener, 30.0);
if ($client === false) {
    exit;
}
$question = '';
while (!feof($client) && !preg_match('/\r\n\r\n\{.*\}$/s', $question)) {
    $question .= fread($client, 8192);
}
echo $question;
$say = static fn (string $text): bool => @fwrite($client, $text) === strlen($text) && @fflush($client);
// Until nobody listens, and not for ever.
$drip = static function (string $text) use ($say): void {
    for ($times = 0; $times < 60 && $say($text); $times++) {
        usleep(500_000);
    }
};
$head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
$detail = "wait and\n ask \u{202e}less\r\noften" . ' .';
match ($how) {
    'drips headers' => $say($head) && $drip("X-Drip: 1\r\n"),
    'drips its body' => $say("$head\r\n") && $drip(' '),
    'is silent', 'shakes no hands' => stream_get_contents($client),
    'says too much' => $say("$head\r\n" . str_repeat(' ', 1_000_000)),
    'redirects' => $say("HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:$port/\r\nConnection: close\r\n\r\n"),
    'refuses' => $say("HTTP/1.1 429 Too Many Requests\r\nConnection: close\r\n\r\n" . json_encode(['detail' => $detail])),
};
fclose($client);
