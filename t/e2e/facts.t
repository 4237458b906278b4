# What a device says of itself is shown, stored, and given to billing systems,
# and anybody can be a device: nothing that it says may act on who reads it.
use Fleetline;
use utf8;

my $f = Fleetline->new;
$f->cli(qw(domain add told.example));

my $ID = '0090330c0001';
my $BIDI = "\x{202e}";

# Assigned by hand, and connected again with its password.
sub proven ($id, %o) {
	my $d = $f->device(id => $id, %o)->connect;
	wait_until(sub { grep { $_->{online} }
	    @{$f->cli_json(qw(device claims), $id)} });
	$f->cli(qw(device assign), $id, 'told.example');
	$d->wait_for('password');
	$d->disconnect->connect->wait_for('challenge');
	wait_until(sub { seen($id)->{online} });
	return $d;
}

sub seen ($id) { $f->api({mt => 'GetDevice', hwId => $id})->{device} }

my $d = proven($ID, version => "Ver \x{fc}${BIDI}9", product => "IP\x{9b}2J111",
    more => {name => "desk$BIDI\x{2028}\x{85}1",
	fwBuild => "13\x{feff}", ethIfs => [
	    {if => "ETH0\x{1b}[2J", ipv4 => '192.0.2.0/24', ipv6 => '::1'},
	    {if => 'ETH1', ipv4 => '<script>', ipv6 => 'FE80:0:0::1'},
	    {if => 'ETH2', ipv4 => '0.0.0.0'},
	    {if => 'ETH3', ipv4 => '198.51.100.7', ipv6 => 'ff02::1'}]});

subtest 'a device that says nonsense keeps working' => sub {
	ok !$d->closed, 'its connection stays';
	my $now = seen($ID);
	ok $now->{online}, 'the digest is over what was sent, not what is kept';
	is $now->{version}, "Ver \x{fc}9", 'its version loses what turns a line';
	is $now->{product}, 'IP2J111', 'a product cannot clear a screen';
	is $now->{name}, 'desk1', 'a name has no separators';
	is_deeply $now->{ethIfs}, [{if => 'ETH0[2J'},
	    {if => 'ETH1', ipv6 => 'fe80::1'}, {if => 'ETH2'},
	    {if => 'ETH3', ipv4 => '198.51.100.7'}],
	    'an address that is none is left out, its interface stays';
};

subtest 'a claim is cleaned as well' => sub {
	my $c = $f->device(id => '0090330c0002', product => "a${BIDI}b",
	    more => {name => "\x{2066}c"})->connect;
	my ($row) = @{wait_until(sub {
		my @l = grep { $_->{hwId} eq $c->id }
		    @{$f->cli_json(qw(device list --unassigned))};
		@l && \@l;
	})};
	is $row->{product}, 'ab', 'its product';
	is $row->{name}, 'c', 'its name';
	$c->disconnect;
};

subtest 'a billing system is told addresses only' => sub {
	$f->cli(qw(account add payer --role user));
	my ($user) = map { $_->{id} } grep { $_->{name} eq 'payer' }
	    @{$f->cli_json(qw(account list))};
	$f->cli(qw(device own), $ID, 'payer');
	$f->cli(qw(setting set billing.key --file), $f->secret_file('k'));
	$f->cli(qw(setting set billing.allow 127.0.0.0/8));
	$f->cli(qw(setting set billing.hash_check off));
	$f->cli(qw(setting set billing.api on));
	my $list = $f->request(POST => '/billing/api/devices_get',
	    {'Content-Type' => 'application/x-www-form-urlencoded'},
	    "u=admin&user_id=$user")->body;
	my @ip = $list =~ m{<ipaddr>([^<]*)</ipaddr>}g;
	is "@ip", '198.51.100.7', 'the first that is one host';
};

subtest 'a neighbour cannot be named when the connection counts' => sub {
	my ($user) = map { $_->{id} } grep { $_->{name} eq 'payer' }
	    @{$f->cli_json(qw(account list))};
	my $ip = sub {
		my $list = $f->request(POST => '/billing/api/devices_get',
		    {'Content-Type' => 'application/x-www-form-urlencoded'},
		    "u=admin&user_id=$user")->body;
		return join ' ', $list =~ m{<ipaddr>([^<]*)</ipaddr>}g;
	};
	$f->cli(qw(trunk add --user payer --ipaddr 192.0.2.0/24));
	$d->more({ethIfs => [{if => 'ETH0', ipv4 => '198.51.100.8'}]});
	$d->identify;
	ok wait_until(sub { $ip->() eq '198.51.100.8 192.0.2.0/24' }),
	    'it can as long as what is reported counts';
	isnt +($f->try_cli(qw(setting set billing.address guessed)))[0], 0,
	    'there are two ways';
	$f->cli(qw(setting set billing.address connection));
	is $ip->(), '127.0.0.1 192.0.2.0/24',
	    'then it is the address that it comes from; a trunk keeps its own';
	$d->disconnect;
	ok wait_until(sub { $ip->() eq ' 192.0.2.0/24' }),
	    'and none while it is offline';
	$f->cli(qw(setting set billing.address), '');
};

subtest 'a row of an older version cannot act on a terminal' => sub {
	$f->sql("UPDATE device SET name = 'a' || char(0x202e) || 'b'"
	    . " || char(0x9b) || 'c' WHERE hw_id = '$ID'");
	like $f->cli(qw(device list)), qr/ a\\u202eb\\u009bc$/m,
	    'a listing shows it by its numbers';
	like $f->cli(qw(device show), $ID), qr/^name +a\\u202eb\\u009bc$/m,
	    'so does a single device';
	is $f->cli_json(qw(device show), $ID)->{name}, "a\x{202e}b\x{9b}c",
	    'JSON has it as it is';
};

subtest 'an administrator is refused what a device is cleaned of' => sub {
	for my $name ("a${BIDI}b", "a\x{9b}b", "a\x{2029}b", "\x{feff}a") {
		is $f->api({mt => 'EditDevice', hwId => $ID, name => $name})
		    ->{error}, 'invalid value', 'a name';
	}
	ok !defined $f->api({mt => 'EditDevice', hwId => $ID,
	    name => "a\x{200d}b \x{fc}"})->{error}, 'joiners are in words';
	my ($status, $out) = $f->try_cli(qw(device rename), $ID, "a\x{202e}b");
	isnt $status, 0, 'the command line refuses them, too';
};

done_testing;
