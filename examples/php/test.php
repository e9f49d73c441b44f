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
        $skipped['need intl'] = ($skipped['need intl'] ?? 0) + 1;
    } elseif (in_array($wanted, ['public_suffix', 'single_label', 'address', 'development'], true)) {
        $skipped['are judged by the server'] = ($skipped['are judged by the server'] ?? 0) + 1;
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
    public string $answer = 'good';
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
        $yes = $this->answer === 'good';
        $payload = json_encode([
            'v' => 1,
            'kid' => substr(hash('sha256', sodium_crypto_sign_publickey($this->pair)), 0, 8),
            'lic' => 1, 'product' => $this->asked['product'], 'entitlements' => [], 'slot' => 0,
            'domain' => preg_replace('/^www\./', '', $this->asked['domain']),
            'iat' => $this->time, 'nbf' => $this->time, 'exp' => $this->time + 8 * 86400,
            'next_check' => $this->time + 86400, 'server_time' => $this->time,
            'seq' => $this->time, 'nonce' => $this->asked['nonce'],
            'code' => $yes ? 'active' : 'revoked', 'valid' => $yes,
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
$server->answer = 'no';
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

// The real transport, against an address where nobody listens.
$disk = null;
$real = new LicenseVerifier('booking', 'https://crm.example.com', $server->keys(), static fn () => $disk, static function (array $state) use (&$disk): void { $disk = $state; });
$from = microtime(true);
expect(!$real->refresh('http://127.0.0.1:9/', 'the-key', true)['valid'] && microtime(true) - $from < 6, 'a dead server is given up soon');

foreach ($skipped as $why => $count) {
    echo "skip  $count domains $why\n";
}
echo $failed === 0 ? "OK    $passed checks\n" : "FAIL  $failed of " . ($passed + $failed) . " checks\n";
exit($failed === 0 ? 0 : 1);
