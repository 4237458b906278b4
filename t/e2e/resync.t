# Phones of other vendors are told to fetch their files: a real SIP agent (sipp)
# is the phone, or the proxy before it, with and without a login (RFC 3261).
# Where nothing is sent to, and how much at once: t/dispatch/resync.c.
use Fleetline;
use IO::Socket::IP;
use Mojo::File qw(path tempdir);

plan skip_all => 'no sipp (etc/packages)' unless grep { -x "$_/sipp" }
    split /:/, $ENV{PATH};

my $folder = tempdir;
my $port = do {
	my $s = IO::Socket::IP->new(LocalAddr => '127.0.0.1', Proto => 'udp',
	    LocalPort => 0) or die "no free port: $!";
	$s->sockport;
};
my $f = Fleetline->new(conf => {phones => {notify => "127.0.0.1:$port"}});
$f->cli(qw(domain add north.example));
chomp(my $key = $f->cli(qw(phone-key new north.example)));

# ---- sipp --------------------------------------------------------------------

my $answer = sub ($status, @more) {
	join "\n", '<send><![CDATA[', "SIP/2.0 $status", '[last_Via:]', '[last_From:]',
	    '[last_To:];tag=[call_number]', '[last_Call-ID:]', '[last_CSeq:]', @more,
	    'Content-Length: 0', '', ']]></send>';
};
my $recv = sub ($event, $more = '') {
	qq{<recv request="NOTIFY"><action><ereg regexp="Event: $event" } .
	    qq{search_in="msg" check_it="true" assign_to="event"/>$more</action></recv>};
};
my $challenge = $answer->('401 Unauthorized', 'WWW-Authenticate: Digest realm="phone", '
    . 'nonce="47ebe028cda119c35d4877b383027d28", qop="auth", algorithm=MD5');
my %scenario = (
	plain => $recv->('check-sync;reboot=false') . $answer->('200 OK'),
	refuses => $recv->('resync') . $answer->('481 Not here'),
	asks => $recv->('check-sync') . $challenge,
	login => $recv->('check-sync') . $challenge . $recv->('check-sync',
	    '<verifyauth assign_to="right" username="anna" password="secret"/>') .
	    '<nop hide="true" test="right" next="ok"/>' . $answer->('403 Wrong') .
	    '<nop hide="true" next="end"/><label id="ok"/>' . $answer->('200 OK') .
	    '<label id="end"/>',
);

# Run one until it has had a call; then the sub's result.
sub with_sipp ($name, $do) {
	my $file = $folder->child("$name.xml")->spurt('<?xml version="1.0"?>',
	    qq{\n<scenario name="$name">\n$scenario{$name}},
	    qq{\n<Reference variables="event"/></scenario>\n});
	my $pid = fork // die;
	if ($pid == 0) {
		open STDOUT, '>', $folder->child('sipp.out');
		open STDERR, '>&', \*STDOUT;
		chdir $folder;
		exec qw(sipp -nostdin -m 1 -timeout 60 -i 127.0.0.1 -p), $port, '-sf',
		    $file;
	}
	# It is there when its socket is.
	my $hex = sprintf ':%04X ', $port;
	wait_until(sub { path('/proc/net/udp')->slurp =~ /$hex/ }) or die 'no sipp';
	my $res = $do->();
	kill 'TERM', $pid if !wait_until(sub { waitpid($pid, 1) != 0 });
	return $res;
}

sub phone ($mac, $agent) {
	$f->request(GET => "/p/$key/$mac.cfg", {'User-Agent' => $agent});
	$f->cli(qw(phone promote), $mac, 'north.example');
	return $mac;
}
my $yealink = phone('001565aabbcc', 'Yealink SIP-T46S 66.86.0.15 00:15:65:aa:bb:cc');
my $stream = phone('000b82865e6a',
    'Grandstream Model HW GXP2170 SW 1.0.11.85 DevId 000b82865e6a');
my $poly = phone('0004f2aabbcc',
    'FileTransport PolycomVVX-VVX_400-UA/4.1.4.7430 Type/Application');
# Of what it was told: what it asked for before may be written later.
sub last_row ($mac) {
	my ($row) = grep { $_->{reason} =~ /^resync/ }
	    @{$f->cli_json('phone', 'trace', $mac)};
	return $row // {};
}

# ---- without a login -----------------------------------------------------------

is with_sipp(plain => sub { $f->cli(qw(phone resync), $yealink) }),
    "it was sent, and answered: 200\n", 'a phone is told by its vendor\'s event';
is_deeply [@{last_row($yealink)}{qw(file status reason)}],
    ['NOTIFY check-sync;reboot=false', 200, 'resync'], 'its trace has it';
is $f->api({mt => 'ResyncPhone', mac => $yealink})->{error}, 'busy',
    'not again at once';

like with_sipp(refuses => sub { ($f->try_cli(qw(phone resync), $stream))[2] }),
    qr/answered \(answered, 481\)/, 'who refuses is told';

# ---- with one ------------------------------------------------------------------

my $secret = $f->secret_file("secret\n");
is with_sipp(login => sub { $f->cli(qw(phone resync), $poly, qw(--user anna
    --password-file), $secret) }), "it was sent, a login was asked for, and what was "
    . "sent with it was answered: 200\n", 'a phone that asks for a login gets it';
# ---- with that of its own settings ----------------------------------------------

my $own = phone('0004f2aabbce',
    'FileTransport PolycomVVX-VVX_400-UA/4.1.4.7430 Type/Application');
$f->cli(qw(phone set), $own, 'sip_user.0', 'anna');
$f->cli(qw(phone set), $own, qw(sip_password.0 --password-file), $secret);
my $first = $f->request(GET => "/p/$key/$own.cfg")->body;
my ($url) = $first =~ m{(/p/\Q$key\E/[\w-]+/)} or die $first;
like with_sipp(asks => sub { ($f->try_cli(qw(phone resync), $own))[2] }),
    qr/\(answered, 401\)/, 'who has only named a phone gets no login of its settings';
is $f->request(GET => "$url$own.cfg")->code, 200, 'the phone comes by its own URL';
$f->sql("UPDATE phone_resync SET done = 1");
is with_sipp(login => sub { $f->cli(qw(phone resync), $own) }),
    "it was sent, a login was asked for, and what was sent with it was answered: 200\n",
    'and is then told the login of its first account';

# ---- with a wrong one ------------------------------------------------------------

my $wrong = phone('0004f2aabbcd',
    'FileTransport PolycomVVX-VVX_400-UA/4.1.4.7430 Type/Application');
with_sipp(login => sub {
	is_deeply $f->api({mt => 'ResyncPhone', mac => $wrong, user => 'anna',
	    password => 'wrong'}), {mt => 'ResyncPhoneResult'}, 'ResyncPhone';
	ok wait_until(sub { last_row($wrong)->{reason} }), 'is sent';
});
is last_row($wrong)->{status}, 403, 'with the login that it says';
is last_row($wrong)->{reason}, 'resync-no', 'which was wrong';
unlike $f->log_of('tasks') . $f->log_of('devices'), qr/secret|wrong\b/,
    'no log has one';
is +($f->sql('SELECT count(*) FROM phone_resync WHERE password IS NOT NULL'))[1], "0\n",
    'nor has the store, when it is done';

# ---- nobody there ----------------------------------------------------------------

my $gone = phone('001565aabb01', 'Yealink SIP-T46S 66.86.0.15 00:15:65:aa:bb:01');
like +($f->try_cli(qw(phone resync), $gone))[2], qr/nobody listens there/,
    'where nobody listens it is said at once';
is $f->api({mt => 'ResyncPhone', mac => 'zz'})->{error}, 'invalid MAC address',
    'of a MAC address';
is $f->api({mt => 'ResyncPhone', mac => '001565000000'})->{error}, 'not found',
    'of a phone';
done_testing;
