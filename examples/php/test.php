<?php

declare(strict_types=1);

/*
 * Holds LicenseVerifier.php to the vectors that the Rust code is held to, and plays through the life of a lease.
 * Prints one line a failure and a sum; exit code 0 when all is well.
 */

require __DIR__ . '/LicenseVerifier.php';

set_error_handler(static function (int $level, string $message, string $file, int $line): bool {
    if ((error_reporting() & $level) === 0) {
        return false;
    }
    throw new ErrorException($message, 0, $level, $file, $line);
});

$passed = 0;
$failed = 0;
$skipped = [];

function expect(bool $right, string $what): void
{
    global $passed, $failed;
    if ($right) {
        $passed++;
    } else {
        $failed++;
        echo "FAIL  $what\n";
    }
}

function vectors(string $name): array
{
    $text = file_get_contents(__DIR__ . "/../../tests/vectors/$name.json");
    return json_decode($text, true, 32, JSON_THROW_ON_ERROR);
}

// Domains. PHP reads hosts; what a slot takes and what is a public suffix is the server's to say.
foreach (vectors('domains')['cases'] as $case) {
    $what = "domain {$case['purpose']} " . json_encode($case['input']);
    try {
        $hosts = LicenseVerifier::hosts($case['input']);
        $said = null;
    } catch (LicenseRefused $refused) {
        $hosts = [];
        $said = $refused->why;
    }
    $wanted = $case['error'] ?? null;
    if ($said === 'intl' || (!function_exists('idn_to_ascii') && stripos($case['input'], 'xn--') !== false)) {
        $skipped['domains need intl'] = ($skipped['domains need intl'] ?? 0) + 1;
    } elseif (in_array($wanted, ['public_suffix', 'single_label', 'address', 'development'], true)) {
        $skipped['domains are judged by the server'] = ($skipped['domains are judged by the server'] ?? 0) + 1;
        expect($said === null, "$what: is readable, got $said");
    } elseif ($wanted !== null) {
        expect($said === $wanted, "$what: want $wanted, got " . ($said ?? $hosts[0]));
    } else {
        expect(in_array($case['domain'], $hosts, true), "$what: want {$case['domain']}, got $said" . implode(' or ', $hosts));
    }
}

// Leases.
$leases = vectors('leases');
$bad = [];
foreach ($leases['cases'] as $case) {
    $expected = $case['expect'];
    $expected['hosts'] = [$expected['domain']];
    try {
        LicenseVerifier::check(LicenseVerifier::verify($case['lease'], $leases['keys']), $expected);
        $said = 'ok';
    } catch (LicenseRefused $refused) {
        $said = $refused->why;
    }
    expect($said === $case['want'], "lease \"{$case['name']}\": want {$case['want']}, got $said");
    if ($case['want'] !== 'ok' && $said === $case['want']) {
        $bad[$said] = true;
    }
}
expect(count($bad) >= 12, 'at least twelve kinds of bad leases are refused');

// A life: a fake license server that signs, answers, or does not.
final class FakeServer
{
    /** good, silence, garbage, a problem document, or the word of a signed no */
    public string $answer = 'good';
    public ?int $license = 1;
    public int $calls = 0;
    public array $asked = [];
    private string $pair;

    public function __construct(public int $time)
    {
        $this->pair = sodium_crypto_sign_seed_keypair(str_repeat("\x05", 32));
    }

    public function keys(): array
    {
        $public = sodium_crypto_sign_publickey($this->pair);
        return [['x' => sodium_bin2base64($public, SODIUM_BASE64_VARIANT_URLSAFE_NO_PADDING), 'not_after' => null]];
    }

    public function post(string $url, string $body): string
    {
        $this->calls++;
        $this->asked = json_decode($body, true) + ['url' => $url];
        if ($this->answer === 'silence') {
            throw new LicenseRefused('unreachable', 'The license server cannot be reached at the moment.');
        }
        if ($this->answer === 'garbage') {
            return '<html>502 Bad Gateway</html>';
        }
        if (str_starts_with($this->answer, '{')) {
            return $this->answer;
        }
        $yes = $this->answer === 'good';
        $payload = json_encode([
            'v' => 1,
            'kid' => substr(hash('sha256', sodium_crypto_sign_publickey($this->pair)), 0, 8),
            'lic' => $this->license, 'product' => $this->asked['product'], 'entitlements' => [], 'slot' => 0,
            'domain' => preg_replace('/^www\./', '', $this->asked['domain']),
            'iat' => $this->time, 'nbf' => $this->time, 'exp' => $this->time + 8 * 86400,
            'next_check' => $this->time + 86400, 'server_time' => $this->time,
            'seq' => $this->time, 'nonce' => $this->asked['nonce'],
            'code' => $yes ? 'active' : $this->answer, 'valid' => $yes,
        ]);
        $signature = sodium_crypto_sign_detached("perfex-bridge lease v1\n" . $payload, sodium_crypto_sign_secretkey($this->pair));
        $encode = static fn (string $bytes): string => sodium_bin2base64($bytes, SODIUM_BASE64_VARIANT_URLSAFE_NO_PADDING);
        return json_encode(['valid' => $yes, 'code' => 'x', 'lease' => $encode($payload) . '.' . $encode($signature)]);
    }
}

$server = new FakeServer(1_800_000_000);
$clock = $server->time;
$disk = null;
$site = static function (string $url) use (&$clock, &$disk, $server): LicenseVerifier {
    return new LicenseVerifier(
        'booking',
        $url,
        $server->keys(),
        static function () use (&$disk) { return $disk; },
        static function (array $state) use (&$disk): void { $disk = $state; },
        static function () use (&$clock): int { return $clock; },
        [$server, 'post']
    );
};
$pass = static function (int $seconds) use (&$clock, $server): void {
    $clock += $seconds;
    $server->time += $seconds;
};
$ask = static fn (LicenseVerifier $module): array => $module->refresh('https://licenses.example.com/', 'the-key');

$module = $site('https://www.crm.example.com/crm/');
expect($module->status()['code'] === 'none' && $server->calls === 0, 'before activation there is no license and no call');
expect($ask($module)['valid'], 'a good answer makes it valid');
expect($server->asked['url'] === 'https://licenses.example.com/api/validate.php', 'the address is put together');
$pass(3600);
expect($ask($module)['valid'] && $server->calls === 1, 'an hour later nothing is asked');
expect($disk['mark'] === $clock, 'but the time is noted');
expect($site('https://copy.example.org/')->status()['code'] === 'other_domain', 'a copied database is told');
$server->answer = 'silence';
$pass(6 * 86400);
expect($ask($module)['valid'] && $disk['failures'] === 1, 'without the server it stays valid on day 6');
$calls = $server->calls;
expect($ask($module)['valid'] && $server->calls === $calls, 'and is not asked again at once');
$server->answer = 'garbage';
$pass(3600);
expect($ask($module)['valid'] && $server->calls === $calls + 1, 'garbage takes nothing away');
$pass(2 * 86400);
expect($ask($module)['code'] === 'expired', 'after 8 days it is over');
$clock -= 3600;
expect($module->status()['code'] === 'expired', 'and setting the clock back by an hour does not help');
$clock += 3600 - 3 * 86400;
expect($module->status()['code'] === 'clock_set_back', 'nor by days');
$clock += 3 * 86400;
$server->answer = 'good';
$pass(43200 + 300);
expect($ask($module)['valid'] && $disk['failures'] === 0, 'when the server is back it is valid again');
$clock += 400 * 86400;
expect($ask($module)['code'] === 'expired', 'a clock that is a year ahead locks');
$clock -= 400 * 86400;
$pass(60);
expect($module->status()['code'] === 'clock_set_back', 'and is noticed when it is right again');
expect($module->refresh('https://licenses.example.com', 'the-key', true)['valid'], 'a new answer mends it');
$server->answer = 'revoked';
$pass(3 * 86400);
expect($ask($module)['code'] === 'revoked' && !$module->status()['valid'], 'a signed no locks at once');
$server->answer = 'good';
$server->time -= 86400;
$clock -= 86400;
expect(!$module->refresh('https://licenses.example.com', 'the-key', true)['valid'], 'an older yes does not undo it');
$disk = ['lease' => 5, 'seq' => 'x'];
expect($module->status()['code'] === 'none', 'an unreadable cache is no license and no crash');
$calls = $server->calls;
expect(!$module->refresh('http://licenses.example.com', 'the-key', true)['valid'] && $server->calls === $calls, 'the key is not sent without TLS');

// What is stored of the answer to which question.
$do = static fn (string $what): array => $module->refresh('https://licenses.example.com', 'the-key', true, $what);
$fresh = static function () use (&$disk, $server, $do, $pass): array {
    $disk = null;
    $pass(60);
    [$server->answer, $server->license] = ['good', 7];
    expect($do('activate')['code'] === 'active' && $disk['lease'] !== null, 'a yes to activate is stored');
    $pass(60);
    return $disk;
};
foreach (['unknown' => null, 'wrong_domain' => 8, 'silence' => 7, 'garbage' => 7] as $said => $license) {
    $before = $fresh();
    [$server->answer, $server->license] = [$said, $license];
    $told = $do('activate');
    $code = ['silence' => 'unreachable', 'garbage' => 'shape'][$said] ?? $said;
    expect(!$told['valid'] && $told['code'] === $code && $told['message'] !== '', "activate gives back $said, got {$told['code']}");
    expect($disk === $before && $module->status()['valid'], "$said to activate takes nothing from the key that works");
}
$disk = null;
$server->answer = 'unknown';
expect($do('activate')['code'] === 'unknown' && $disk === null, 'a no to the first activate is told and not stored');
$kept = [['moves', 7], ['a_newer_word', 7], ['good', 7], ['unknown', null], ['released', 8], ['silence', 7]];
foreach ($kept as [$said, $license]) {
    $before = $fresh();
    [$server->answer, $server->license] = [$said, $license];
    $told = $do('deactivate');
    expect($told['code'] === (['good' => 'active', 'silence' => 'unreachable'][$said] ?? $said), "deactivate gives back $said");
    expect($disk === $before && $module->status()['valid'], "$said of license $license to deactivate leaves the license 7 here");
}
foreach (['released', 'wrong_domain', 'wrong_product', 'expired', 'suspended', 'revoked'] as $said) {
    $fresh();
    $server->answer = $said;
    $told = $do('deactivate');
    expect(!$told['valid'] && $told['code'] === $said, "deactivate gives back $said, got {$told['code']}");
    expect($module->status()['code'] === 'none' && $disk['lease'] === null, "$said to deactivate forgets the license");
}
[$server->answer, $server->license] = ['unknown', null];
expect($do('validate')['code'] === 'unknown' && $do('deactivate')['code'] === 'unknown', 'a key that nobody has is unknown');
expect($module->status()['code'] === 'none', 'and that it is unknown is forgotten with it');
$fresh();
$server->answer = 'expired';
expect($do('validate')['code'] === 'expired' && $module->status()['code'] === 'expired', 'a no to validate is stored');
$wait = $disk['next_try'] - $clock;
expect($wait >= 3600 && $wait <= 3900, "after a no it is asked again in an hour, got $wait s");
$server->answer = 'good';
$pass(3900);
expect($ask($module)['valid'], 'so who pays waits for an hour and not for a day');
$wait = $disk['next_try'] - $clock;
expect($wait >= 86400 - 1800 && $wait <= 86400 + 1800, "after a yes in a day, got $wait s");

// The server's own sentence.
$server->answer = json_encode(['status' => 429, 'detail' => 'too many requests; ask less often']);
$told = $do('validate');
expect($told['valid'] && $told['message'] === 'The license server says: too many requests; ask less often.', $told['message']);
expect($do('activate')['message'] === $told['message'], 'it is shown for activate too');
$server->answer = json_encode(['detail' => "a\r\nb\u{202e}\t <b>c</b>" . str_repeat('ü', 400)]);
$said = 'The license server says: a b <b>c</b>' . str_repeat('ü', 300 - 12) . '.';
expect($do('validate')['message'] === $said, 'it is one line of at most 300 characters');
try {
    $module->requestMove('https://licenses.example.com', 'the-key');
    expect(false, 'a refused move is an exception');
} catch (LicenseRefused $refused) {
    expect($refused->why === 'move' && $refused->getMessage() === $said, 'with the same sentence');
}
foreach (['{"detail": 5}', '{"detail": " \n."}', '{}'] as $server->answer) {
    expect($do('activate')['message'] === 'The license server\'s answer has no license in it.', "no sentence in $server->answer");
}

// The real transport with curl and without, against real servers that answer in bad ways, all at the same time.
const CHILD = <<<'PHP'
    require $argv[1];
    $license = new LicenseVerifier('booking', 'https://crm.example.com', [], fn () => null, fn (array $state) => null);
    $from = microtime(true);
    $told = $license->refresh($argv[2], 'the-key', true, 'activate');
    echo json_encode($told + ['seconds' => microtime(true) - $from]);
    PHP;

/** A file with a certificate of this name that it signed itself, and its key. */
function certificate(string $name): string
{
    $config = tempnam(sys_get_temp_dir(), 'license');
    file_put_contents($config, "[req]\ndistinguished_name=dn\n[dn]\n[v3]\nbasicConstraints=CA:TRUE\nsubjectAltName=DNS:$name\n");
    $options = ['config' => $config, 'digest_alg' => 'sha256', 'x509_extensions' => 'v3'];
    $key = openssl_pkey_new(['private_key_bits' => 2048] + $options);
    $request = openssl_csr_new(['commonName' => $name], $key, $options);
    openssl_x509_export(openssl_csr_sign($request, null, $key, 1, $options), $certificate);
    openssl_pkey_export($key, $secret, null, $options);
    file_put_contents($config, $certificate . $secret);
    return $config;
}

/** A server that answers like this, and a module that asks it: their processes and what they print. */
function talk(string $way, string $how, ?string $certificate, ?string $trusted): array
{
    $server = [PHP_BINARY, __DIR__ . '/server.php', $how, ...($certificate === null ? [] : [$certificate])];
    $processes = [proc_open($server, [1 => ['pipe', 'w']], $serves)];
    $address = trim((string) fgets($serves[1]));
    $options = ['-d', $way === 'curl' ? 'display_errors=1' : 'disable_functions=curl_init,curl_exec'];
    if ($trusted !== null) {
        array_push($options, '-d', "curl.cainfo=$trusted", '-d', "openssl.cafile=$trusted");
    }
    $module = [PHP_BINARY, ...$options, '-r', CHILD, '--', __DIR__ . '/LicenseVerifier.php', $address];
    $proxies = ['http_proxy' => 'http://127.0.0.1:9/', 'https_proxy' => '', 'all_proxy' => ''];
    $processes[] = proc_open($module, [1 => ['pipe', 'w']], $asks, null, $proxies + getenv());
    return [$processes, $serves[1], $asks[1]];
}

$ways = ['stream'];
if (function_exists('curl_exec')) {
    $ways[] = 'curl';
} else {
    $skipped['ways to ask: there is no curl'] = 1;
}
$soon = 6.0;
// The limit is 8 seconds; the rest is for a busy machine.
$atLast = 14.0;
$refusal = 'The license server says: wait and ask less often.';
$unreachable = 'The license server cannot be reached at the moment.';
$noLicense = 'The license server\'s answer has no license in it.';
// How the server answers, its certificate, the one that is trusted; the message, the time it takes, whether the key is sent.
$cases = [
    ['drips headers', null, null, $unreachable, $atLast, true],
    ['drips its body', null, null, $unreachable, $atLast, true],
    ['is silent', null, null, $unreachable, $atLast, true],
    ['shakes no hands', null, null, $unreachable, $atLast, false],
    ['says too much', null, null, $unreachable, $soon, true],
    ['redirects', null, null, $noLicense, $soon, true],
    ['refuses', null, null, $refusal, $soon, true],
];
$certificates = [];
if (function_exists('openssl_pkey_new')) {
    $certificates = [$ours, $others] = [certificate('localhost'), certificate('other.example')];
    $cases[] = ['refuses', $ours, $ours, $refusal, $soon, true];
    $cases[] = ['drips headers', $ours, $ours, $unreachable, $atLast, true];
    $cases[] = ['refuses', $ours, $others, $unreachable, $soon, false];
    $cases[] = ['refuses', $others, $others, $unreachable, $soon, false];
} else {
    $skipped['ways to use TLS: there is no openssl'] = 1;
}
$talks = [];
foreach ($ways as $way) {
    foreach ($cases as $case) {
        $talks[] = [$way, $case, talk($way, ...array_slice($case, 0, 3))];
    }
}
foreach ($talks as [$way, [$how, $certificate, $trusted, $message, $limit, $isSent], [$processes, $serves, $asks]]) {
    $said = stream_get_contents($asks);
    $told = json_decode($said, true) ?? ['valid' => null, 'message' => $said, 'seconds' => 999];
    $tls = match (true) {
        $certificate === null => '',
        $certificate !== $trusted => ' over TLS with a certificate that nobody trusts',
        $certificate === $ours => ' over TLS',
        default => ' over TLS with another server\'s certificate',
    };
    $what = "a server that $how$tls, asked with $way";
    expect($told['valid'] === false && $told['message'] === $message, "$what: got {$told['message']}");
    expect($told['seconds'] < $limit, "$what: took {$told['seconds']} s");
    $sent = str_contains(stream_get_contents($serves), 'the-key');
    expect($sent === $isSent, "$what: the key is sent to whom it is for, and to nobody else");
    array_map('proc_close', $processes);
}
array_map('unlink', $certificates);
$from = microtime(true);
$nobody = new LicenseVerifier('booking', 'https://crm.example.com', [], static fn () => null, static fn (array $state) => null);
expect(!$nobody->refresh('http://127.0.0.1:9/', 'the-key', true)['valid'] && microtime(true) - $from < 6, 'a dead server is given up soon');

foreach ($skipped as $why => $count) {
    echo "skip  $count $why\n";
}
echo $failed === 0 ? "OK    $passed checks\n" : "FAIL  $failed of " . ($passed + $failed) . " checks\n";
exit($failed === 0 ? 0 : 1);
