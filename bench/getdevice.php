<?php
// The same look-up as GetDevice in PHP: API key, device, presence, interfaces,
// from the same SQLite file.  What fleetline does beyond it (rights by domain,
// passthrough key, audit of the key's use) is left out in PHP's favour.
$db = new PDO('sqlite:' . $_SERVER['FL_DATABASE'], null, null,
    [PDO::ATTR_PERSISTENT => true, PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION,
     PDO::ATTR_DEFAULT_FETCH_MODE => PDO::FETCH_ASSOC]);

function refuse(int $status, string $why): void
{
    http_response_code($status);
    exit(json_encode(['error' => $why]));
}

header('Content-Type: application/json');
if (!preg_match('/^Bearer flk_(\d+)_(\S{32})$/',
    $_SERVER['HTTP_AUTHORIZATION'] ?? '', $m))
    refuse(401, 'not authorised');
$q = $db->prepare('SELECT k.hash, a.role FROM api_key k JOIN account a'
    . ' ON a.id = k.account_id WHERE k.id = ? AND k.revoked = 0');
$q->execute([(int)$m[1]]);
$key = $q->fetch();
if (!$key || !hash_equals($key['hash'], hash('sha256', $m[2], true)))
    refuse(401, 'not authorised');
$in = json_decode(file_get_contents('php://input'), true);
if (($in['mt'] ?? '') !== 'GetDevice')
    refuse(400, 'unknown message');
$q = $db->prepare('SELECT d.*, p.online FROM device d LEFT JOIN presence p'
    . ' ON p.device_id = d.id WHERE d.hw_id = ?');
$q->execute([$in['hwId']]);
$d = $q->fetch();
if (!$d)
    refuse(200, 'not found');
$q = $db->prepare('SELECT name, ipv4, ipv6 FROM interface WHERE device_id = ?'
    . ' ORDER BY seq');
$q->execute([$d['id']]);
$ifs = [];
foreach ($q as $i)
    $ifs[] = ['if' => $i['name'], 'ipv4' => $i['ipv4'], 'ipv6' => $i['ipv6']];
echo json_encode(['mt' => 'GetDeviceResult', 'device' => [
    'id' => $d['id'], 'hwId' => $d['hw_id'],
    'name' => $d['name'] !== '' ? $d['name'] : $d['name_told'],
    'domainId' => $d['domain_id'] ?? 0, 'product' => $d['product'],
    'version' => $d['version'], 'type' => $d['type'],
    'pbxActive' => (bool)$d['pbx_active'], 'online' => (bool)$d['online'],
    'hasLeaseLicenses' => (bool)$d['has_lease'],
    'rented' => (bool)$d['rented'], 'rentalWant' => (bool)$d['rental_want'],
    'rentalStarted' => (bool)$d['rental_started'], 'ethIfs' => $ifs]]);
