# An upgrade from version 3: rows whose hardware id reads as a MAC address get
# that, nothing is merged, and what collides is listed; names of domains are told
# apart without case still, and nothing that refers to them is lost.
use Fleetline;
use Mojo::File qw(path);

my $f = Fleetline->new(stopped => 1);
path('t/data/version-3.db')->copy_to($f->state . '/fleetline.db');
path($f->state, 'secret.key')->spurt('5e' x 32, "\n")->chmod(0600);

# What version 3 took for ids of their own.
my ($status, undef, $err) = $f->sql(<<'SQL');
INSERT INTO device (id, hw_id, domain_id, rev, type) VALUES
 (101, '0090.3301.0299', 2, 1, 2), (102, '0:90:33:1:2:8', 2, 1, 2),
 (103, 'SEP009033010207', 1, 1, 2), (104, '00.90.33.01.02.06', NULL, 1, 2),
 (105, '9033010205', 1, 1, 2), (106, 'docker0', 1, 1, 2),
 (107, '0090.330a.0b0c', 1, 1, 2),
 (108, 'SEP009033010204', 1, 1, 2), (109, '0090.3301.0204', 1, 1, 2);
INSERT INTO presence (device_id, hub, boot, conn, online, since)
 VALUES (109, 'main', 'x', 1, 0, 5);
INSERT INTO claim (hw_id, hub, boot, conn, remote, product, version, type, name,
 fxs, pbx_active, mini, other, online, first_seen, last_seen)
 VALUES ('0090.3301.0203', 'main', 'x', 2, '192.0.2.1', '', '', 5, '', 0, 0, 0,
 0, 0, 1, 1);
INSERT INTO access (domain_id, target_id) VALUES (2, 1)
 ON CONFLICT DO NOTHING;
INSERT INTO category (id, domain_id, name, config) VALUES (900, 2, 'kept', 0);
INSERT INTO audit (time, who, what, target, detail) VALUES
 (7, 'local', 'device.add', '0090.3301.0299', '');
SQL
is $status, 0, 'version 3 takes it' or diag $err;

like $f->cli('status'), qr/^devices 12$/m, 'the upgrade is made, nothing is lost';

my %id = map { $_->{hwId} => $_->{id} } @{$f->cli_json(qw(device list))};
is $id{$_->[0]}, $_->[1], "$_->[2] is $_->[0] now" for
    ['009033010299', 101, 'dots'], ['009033010208', 102, 'missing zeros'],
    ['009033010207', 103, 'SEP'], ['009033010206', 104, 'pairs with dots'],
    ['009033010204', 109, 'of two spellings the one that was there last'];
is $id{'9033010205'}, 105, 'what is nearly one stays as it is';
is $id{docker0}, 106, 'so does another id';
ok exists $id{'009033010203'}, 'a connection without proof has the new id';
is $id{'0090330a0b0c'}, 1, 'the row that has the address keeps it';

my ($rc, $out) = $f->try_cli('check');
is $rc, 1, 'check finds something';
like $out, qr/^\Qhardware ids: 0090.330a.0b0c (id 107) is 0090330a0b0c (id 1)\E/m,
    'both rows of an address';
like $out, qr/^\Qhardware ids: SEP009033010204 (id 108) is 009033010204\E/m,
    'and of two other spellings';
is scalar(() = $out =~ /hardware ids/g), 2, 'no others';
$f->cli(qw(device remove 0090.330a.0b0c --yes));
$f->cli(qw(device remove SEP009033010204 --yes));
%id = map { $_->{hwId} => $_->{id} } @{$f->cli_json(qw(device list))};
is $id{'0090330a0b0c'}, 1, 'the spelling names the row that is to go';
(undef, $out) = $f->try_cli('check');
unlike $out, qr/hardware ids/, 'then all is well';

is scalar @{$f->cli_json(qw(audit list --on), $_)}, 1,
    "rows of before are found by $_" for '0090.3301.0299';

my ($name) = map { $_->{access} } grep { $_->{id} == 2 }
    @{$f->cli_json(qw(domain list))};
like $name, qr/example\.com/, 'a domain keeps what it may act on';
like $f->cli(qw(category list other.example)), qr{kept},
    'and its categories';
($rc, undef, $err) = $f->try_cli(qw(domain add OTHER.example));
is $rc, 1, 'a name differs by more than its case';
like $err, qr/exists/, 'that is said';
like $f->cli(qw(category list OTHER.example)), qr/kept/,
    'a domain is found in any case';
my (undef, $schema) = $f->sql('SELECT sql FROM sqlite_master');
unlike $schema, qr/NOCASE/, 'no column compares without case';
(undef, my $bad) = $f->sql('PRAGMA foreign_key_check');
is $bad, '', 'each row refers to one that is there';
done_testing;
