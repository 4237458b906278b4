# An upgrade from version 2: what the audit and the ledger have ever named keeps
# its id, whatever was removed before; old addresses that are none are gone;
# domains see those rows about them that name them by their id.
use Fleetline;
use Mojo::File qw(path);

my $f = Fleetline->new(stopped => 1);
path('t/data/version-2.db')->copy_to($f->state . '/fleetline.db');
path($f->state, 'secret.key')->spurt('5e' x 32, "\n")->chmod(0600);

# Rows of before: removed accounts, keys and trunks that the audit names, a
# detail that is no JSON, and what devices told.
sub before ($statement) {
	my ($status, undef, $err) = $f->sql($statement);
	is $status, 0, 'version 2 takes it' or diag $err;
}
before <<'SQL';
INSERT INTO audit (time, who, what, target, detail) VALUES
 (1, 'account:40', 'setting.set', 'x', ''),
 (2, 'key:9', 'account.add', 'gone', '{"id":77,"role":"user"}'),
 (3, 'local', 'trunk.add', '192.0.2.1', '{"id":900,"user":77}'),
 (4, 'local', 'device.add', 'y', 'broken'),
 (5, 'local', 'access.grant', 'x', '{"target":1}');
UPDATE sequence SET last = 900 WHERE name = 'point';
INSERT INTO interface VALUES (1, 10, '', '192.0.2.0/24', '::1'),
 (1, 11, '', '192.0.2.7', 'fe80::1'), (1, 12, '', '<script>', '<b>'),
 (1, 13, '', '0.0.0.0', 'ff02::1'), (1, 14, '', '192.0.2.256', ''),
 (1, 15, '', '192.0.2.07', ''), (1, 16, '', '224.0.0.1', ''),
 (1, 17, '', '1.2.3', ''), (1, 18, '', '10.0.0.127', '2001:db8::1'),
 (1, 19, '', '127.0.0.1', ''), (1, 20, '', '-1.2.3.4', '');
SQL

my $out = $f->cli('status');
like $out, qr/^accounts 3$/m, 'the upgrade is made, nothing is lost';

sub added (@words) {
	return ($f->cli(@words) =~ /has id (\d+)/)[0];
}
sub refused (@words) {
	my ($status, undef, $err) = $f->try_cli(@words);
	is $status, 1, "@words";
	like $err, qr/was used before/, 'says why';
}

subtest 'an account that was removed before the upgrade keeps its id' => sub {
	refused(qw(account add a --role user --id 77));
	refused(qw(account add b --role user --id 40));
	is added(qw(account add c --role user)), 78, 'the next is above all';
	is added(qw(account add d --role user --id 39)), 39,
	    'one that nobody had is free';
};

subtest 'so does a trunk' => sub {
	my @trunk = qw(trunk add --user c --ipaddr 192.0.2.9);
	refused(@trunk, qw(--id 900));
	is added(@trunk, qw(--id 800)), 800, 'one that nobody had is free';
	is added(@trunk), 901, 'the next is above all';
};

subtest 'domains and keys go on' => sub {
	is added(qw(domain add new.example)), 3, 'a domain';
	like $f->cli(qw(key add c)), qr/flk_10_/, 'a key';
};

subtest 'only addresses of hosts are left' => sub {
	my (undef, $list) = $f->sql('SELECT ipv4, ipv6 FROM interface'
	    . " WHERE seq >= 10 AND ipv4 || ipv6 <> '' ORDER BY seq");
	is $list, "192.0.2.7|fe80::1\n10.0.0.127|2001:db8::1\n",
	    'what a device told is cleaned at rest';
};

subtest 'a removed device spends the ids of before' => sub {
	my $g = Fleetline->new(stopped => 1);
	path('t/data/version-2.db')->copy_to($g->state . '/fleetline.db');
	path($g->state, 'secret.key')->spurt('5e' x 32, "\n")->chmod(0600);
	$g->sql("INSERT INTO audit (time, who, what, target, detail)"
	    . " VALUES (1, 'local', 'device.remove', 'x', '')");
	$g->sql("DELETE FROM trunk; UPDATE sequence SET last = 50"
	    . " WHERE name = 'point'");
	my @trunk = qw(trunk add --user buyer --ipaddr 192.0.2.9 --id);
	my ($status, undef, $err) = $g->try_cli(@trunk, 49);
	like $err, qr/was used before/, 'it may have been the one of the device';
	like $g->cli(@trunk, 51), qr/has id 51$/, 'a new one is free';
};

subtest 'a large fleet is upgraded while one waits for it' => sub {
	my $g = Fleetline->new(stopped => 1);
	path('t/data/version-2.db')->copy_to($g->state . '/fleetline.db');
	path($g->state, 'secret.key')->spurt('5e' x 32, "\n")->chmod(0600);
	# Added, of which every second one was assigned again.
	my ($status, undef, $err) = $g->sql(<<'SQL');
INSERT INTO device (id, hw_id, domain_id, rev, type)
 WITH RECURSIVE c(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM c
  WHERE i < 30999) SELECT i, printf('00aa%08x', i), 1, 1, 2 FROM c;
INSERT INTO device_secret (device_id, offered)
 SELECT id, x'00' FROM device WHERE id >= 1000;
INSERT INTO audit (time, who, what, target, detail)
 SELECT 1, 'local', 'device.add', hw_id, '{"domain":1}' FROM device
 WHERE id >= 1000;
INSERT INTO audit (time, who, what, target, detail)
 SELECT 2, 'local', 'device.assign', hw_id, '{"domain":1}' FROM device
 WHERE id >= 1000 AND id % 2 = 0;
SQL
	is $status, 0, '30,000 devices were added' or diag $err;
	my $began = time;
	$g->cli(qw(account list));
	cmp_ok time - $began, '<', 10, 'the upgrade takes seconds';
	my (undef, $n) = $g->sql('SELECT count(*), min(id % 2) FROM device'
	    . ' WHERE doubt = 1 AND id >= 1000');
	is $n, "15000|1\n", 'those are doubtful that nobody chose later';
};

done_testing;
