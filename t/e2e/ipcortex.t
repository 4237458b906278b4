# The REST of ipcortex on the real nginx and program: the 30 checks of its
# reference in their order (state goes on from one to the next), the demands IX1
# to IX6, and the vendor's examples as they are printed, by curl.
use Fleetline;
use Digest::SHA qw(hmac_sha1);
use Mojo::JSON qw(true);

my $f = Fleetline->new;
$f->cli(qw(domain add acme));
$f->ua->cookie_jar->ignore(sub { 1 });
my %key;

sub account ($name, $role, @domains) {
	$f->cli('account', 'add', $name, '--role', $role, '--password-file',
	    $f->secret_file("pass of $name"), map { ('--domain', $_) } @domains);
	chomp($key{uc $name} = $f->cli('key', 'add', $name));
}
account('sys', 'system-admin');
account('cad', 'company-admin', $f->domain, 'acme');
account('cax', 'company-admin', 'acme');
account('usr', 'user');

# A phone that has asked.
my %product = (snom320 => 'Snom 320', pap2t => 'Linksys PAP2T',
    generic => 'Generic SIP phone');
sub waits ($mac, $type, $ports = 1) {
	my ($rc, undef, $err) = $f->sql('INSERT INTO waiting_phone (mac,'
	    . ' domain_id, type, product, ports, firmware, address, place, created, seen)'
	    . " VALUES ('$mac', (SELECT domain_id FROM instance), '$type', '$product{$type}',"
	    . " $ports,"
	    . " '8.7.5.35', '192.0.2.1', '192.0.2.1', 1487850941000,"
	    . " strftime('%s') * 1000)");
	die $err if $rc != 0;
}
waits('00041312ab34', 'snom320');
waits('000e08aa0001', 'pap2t', 2);

# What an authenticator app shows (RFC 6238).
sub code_of ($secret) {
	my $bits = join '', map { sprintf '%05b', index
	    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', $_ } split //, $secret;
	my $mac = hmac_sha1(pack('Q>', int(time / 30)), pack 'B*', $bits);
	return sprintf '%06d', (unpack('N', substr $mac,
	    ord(substr $mac, -1) & 15, 4) & 0x7fffffff) % 1_000_000;
}

# Every answer is looked at (check 30).
my ($answers, @odd) = (0);
sub send_raw ($path, $body, $headers = {}) {
	my $res = $f->request(POST => "/rest/$path",
	    {'Content-Type' => 'application/json', %$headers}, $body);
	my $r = eval { decode_json($res->body) };
	$answers++;
	push @odd, "$path: " . $res->body unless ref $r eq 'HASH' && $r->{result}
	    && $res->body !~ /"numrows":(?!\d+[,}])/;
	return wantarray ? ($r, $res) : $r;
}

# P(path, body) with the key of somebody.
sub P ($path, $who, $body = {type => 'phone'}) {
	return scalar send_raw($path, encode_json({%$body,
	    $who ? (auth => {type => 'auth', key => $key{$who}}) : ()}));
}
sub phone (@more) { ({type => 'phone', @more}) }
sub scoped ($id, @more) { phone(scope => {phoneid => $id}, @more) }
sub failed ($r, $message, $name) {
	is_deeply $r, {result => 'fail', message => $message}, $name;
}
sub inactive { [map { $_->{phoneid} } @{P('dialplan/inactive/', 'SYS')->{values}}] }
sub company_of ($id) {
	my ($row) = grep { $_->{phoneid} eq $id }
	    @{P('dialplan/active/', 'SYS')->{values}};
	return $row && $row->{company};
}

# ---- 1 to 5: who am I ----------------------------------------------------------

my $cookie;
{
	my $r = P('auth', 'SYS', {});
	is $r->{result}, 'success', '1: auth with a key';
	is ref $r->{user}{companies}, 'ARRAY', '1: user.companies is an array';
	is_deeply [sort @{$r->{user}{companies}}], [qw(acme default)],
	    '1: with all companies for a System-Admin';
	like $r->{user}{id}, qr/^\d+$/, '1: user.id is a number';
	is $r->{user}{login}, 'sys', '1: user.login';
	is_deeply P('auth', 'CAX', {})->{user}{companies}, ['acme'],
	    '1: a Company-Admin has his own';
	($r, my $res) = send_raw('auth/', encode_json({auth => {type => 'auth',
	    username => 'sys', password => 'wrong'}}));
	is $res->code, 200, '2: a wrong password is status 200';
	failed($r, 'Login failed', '2: and fails, without user');
	($r, $res) = send_raw('auth/', encode_json({auth => {type => 'auth',
	    username => 'sys', password => 'pass of sys'}}));
	is $r->{result}, 'success', '3: user and password log in';
	$cookie = $r->{user}{session};
	like $cookie, qr/^\S{32,}$/, '3: user.session is there';
	like $res->headers->set_cookie, qr/^Red60urne=\Q$cookie\E; Path=\/rest; HttpOnly/,
	    '3: and is the cookie';
	is_deeply $r->{user}{perms}, {'system-admin' => 'yes'}, '3: perms';
	my %by = (Cookie => "Red60urne=$cookie");
	is send_raw('dialplan/inactive/', '{"type":"phone"}', \%by)->{result},
	    'success', '4: the cookie alone will do';
	failed(scalar send_raw('dialplan/inactive/', '{"type":"phone"}',
	    {%by, Origin => 'https://evil.example'}), 'Not logged in',
	    '4: but not from a page of another origin');
	failed(scalar send_raw('dialplan/inactive/', '{"type":"phone"}',
	    {%by, Origin => $f->origin, 'Content-Type' => 'text/plain'}),
	    'Not logged in', '4: nor from a form');
	($r, $res) = send_raw('auth/', encode_json({auth => {type => 'auth',
	    username => 'sys', password => 'pass of sys'}}), \%by);
	isnt $r->{user}{session}, $cookie, '4: another login has another session';
	failed(scalar send_raw('dialplan/inactive/', '{"type":"phone"}', \%by),
	    'Not logged in', '4: which takes the place of the old one');
	%by = (Cookie => 'x=y; Red60urne=' . $r->{user}{session});
	is send_raw('auth/logout', '{"auth":{"type":"auth"}}', \%by)->{result},
	    'success', '5: logout';
	failed(scalar send_raw('dialplan/inactive/', '{"type":"phone"}', \%by),
	    'Not logged in', '5: ends it');
	failed(scalar send_raw('auth/logout', '{"auth":{"type":"auth"}}', \%by),
	    'Not logged in', '5: once');
}

# ---- 6 to 11: inactive ---------------------------------------------------------

{
	my $all = P('dialplan/inactive/', 'SYS');
	is_deeply $all, {result => 'success', numrows => 3, values => [
	    {phoneid => '00041312ab340', phone_type => 'snom320',
		type => 'Snom 320', created => 1487850941},
	    map { {phoneid => "000e08aa0001$_", phone_type => 'pap2t',
		type => 'Linksys PAP2T', created => 1487850941} } 0, 1]},
	    '6: inactive has a row for each port';
	is_deeply P('dialplan/inactive', 'SYS'), $all, '7: without a slash behind';
	is_deeply P('dialplan/inactive/phone', 'SYS', {}), $all,
	    '7: with the type in the path';
	is_deeply P('/dialplan//inactive/phone/', 'SYS', {}), $all,
	    '7: and with slashes anywhere';
	my $text = encode_json({type => 'phone', auth => {type => 'auth',
	    key => $key{SYS}}});
	is_deeply scalar send_raw('dialplan/inactive/', $text,
	    {'Content-Type' => 'text/plain'}), $all, '8: as text/plain';
	my $login = encode_json({type => 'phone', auth => {type => 'auth',
	    username => 'sys', password => 'pass of sys'}});
	is_deeply scalar send_raw('dialplan/inactive/', $login), $all,
	    '8: with user and password in the call';
	is_deeply scalar send_raw('dialplan/inactive/', $login), $all,
	    '8: again, as it is remembered';
	my ($r, $res) = send_raw('dialplan/inactive/', '{"type":"phone"}');
	failed($r, 'Not logged in', '9: without credentials it fails');
	is $res->code, 200, '9: with status 200';
	failed(P('dialplan/inactive/', 'CAX'), 'Permission denied',
	    '10: who does not see default may not');
	failed(P('dialplan/inactive/', 'USR'), 'Permission denied',
	    '10: nor may a user');
	is P('dialplan/inactive/', 'CAD')->{result}, 'success', '10: who sees it may';
	is_deeply P('dialplan/inactive/', 'SYS', scoped('00041312ab340')), $all,
	    '11: IX1: any scope is ignored';
}

# ---- 12 to 17: promote, active --------------------------------------------------

{
	is_deeply P('dialplan/promote/', 'CAD', scoped('00041312ab340',
	    values => {company => 'acme'})), {result => 'success', numrows => 1},
	    '12: a Company-Admin promotes into his company';
	my $row = {phoneid => '00041312ab340', phone_type => 'snom320',
	    type => 'Snom 320', created => 1487850941, company => 'acme'};
	is_deeply P('dialplan/active/', 'SYS', phone(scope => {company => 'acme'})),
	    {result => 'success', numrows => 1, values => [$row]}, '13: it is active';
	is_deeply P('dialplan/active/', 'SYS', phone(scope => {company =>
	    [qw(acme default)]}))->{values}, [$row], '13: by a list of companies';
	is P('dialplan/active/', 'SYS', phone(scope => {company => $_}))->{numrows},
	    1, '13: an empty one is none' for '', [];
	failed(P('dialplan/active/', 'SYS', phone(scope => {company => 'nosuch'})),
	    'No such company', '13: one that does not exist');
	failed(P('dialplan/active/', 'SYS', phone(scope => {company => $_})),
	    'No such company', '13: nor does what is no text') for 7, true, {};
	is P('dialplan/inactive/', 'SYS')->{numrows}, 2, '14: it waits no longer';
	failed(P('dialplan/promote/', 'CAD', scoped('00041312ab340')),
	    'No such phone', '15: nor can it be promoted again');
	failed(P('dialplan/promote/', 'SYS', scoped('000e08aa00011',
	    values => {company => 'nosuch'})), 'No such company',
	    '17: a company that does not exist');
	failed(P('dialplan/promote/', 'SYS', scoped('000e08aa00011',
	    values => {company => $_})), 'No such company',
	    '17: what is no text is not default') for 7, true, ['acme'], {};
	is scalar @{inactive()}, 2, '17: changes nothing';
	is_deeply P('dialplan/promote/', 'SYS', scoped('000e08aa00011')),
	    {result => 'success', numrows => 2},
	    '16: IX2: one port is named, all go, into default';
	is_deeply [map { company_of("000e08aa0001$_") } 0, 1], [qw(default default)],
	    '16: active shows both ports';
	my $d = $f->api({mt => 'GetDevice', hwId => '00041312ab34'})->{device};
	is_deeply [@$d{qw(type product version other)}], ['PHONE', 'Snom 320',
	    '8.7.5.35', true], 'a promoted phone is a device among the others';
}

# ---- 18 to 21: assign -----------------------------------------------------------

{
	my $move = phone(scope => {mac => '000e08aa0001', port => 1,
	    company => 'default'}, values => {company => 'acme'});
	failed(P('dialplan/assign/', 'CAD', $move), 'Permission denied',
	    '18: assign is for System-Admins');
	is_deeply P('dialplan/assign/', 'SYS', $move), {result => 'success',
	    numrows => 1, company => {1 => 'acme'}},
	    '19: IX4: company stands beside numrows, by the number of the port';
	is company_of('000e08aa00010'), 'default', '19: the other port stays';
	is_deeply P('dialplan/assign/', 'SYS', $move), {result => 'success',
	    numrows => 0, company => {1 => 'acme'}},
	    '20: from where it is not, nothing moves';
	is_deeply P('dialplan/assign/', 'SYS', phone(scope => {mac => '000e08aa0001',
	    port => 1, company => $_}, values => {company => 'default'})),
	    {result => 'success', numrows => 0, company => {1 => 'acme'}},
	    '20: nor from what is no text' for ['default'], 7, {};
	is_deeply P('dialplan/assign/', 'SYS', phone(scope => {mac => '',
	    phoneid => '000e08aa00010'}, values => {company => 'acme'})),
	    {result => 'success', numrows => 1, company => {0 => 'acme'}},
	    '21: an id is used if mac is empty';
	failed(P('dialplan/assign/', 'SYS', phone(scope => {mac => '000e08aa0001'})),
	    'No company given', 'assign needs a company');
	is_deeply P('dialplan/assign/', 'SYS', phone(scope => {mac =>
	    '00:0E:08:AA:00:01'}, values => {company => 'default'}))->{company},
	    {0 => 'default', 1 => 'default'}, 'without a port all ports move';
	failed(P('dialplan/assign/', 'SYS', phone(scope => {mac => '000e08aa0009'},
	    values => {company => 'acme'})), 'No such phone', 'one that is none');
}

# ---- 22 to 26 -------------------------------------------------------------------

{
	failed(P('dialplan/demote/', 'SYS', scoped('00041312ab340')),
	    'No such phone', '22: an active phone is not demoted');
	is company_of('00041312ab340'), 'acme', '22: it stays active';
	waits('001565aabb01', 'generic');
	is_deeply P('dialplan/demote/', 'CAD', scoped('001565aabb010')),
	    {result => 'success', numrows => 1}, '23: a waiting one is demoted';
	is_deeply inactive(), [], '23: and gone';
	waits('000e08aa0002', 'pap2t', 2);
	is_deeply P('dialplan/demote/', 'SYS', scoped('000e08aa00021')),
	    {result => 'success', numrows => 2}, 'IX3: demote deletes all ports';
	is_deeply inactive(), [], 'IX3: of the phone';
	my $r = P('dialplan/readtypes/', 'CAX');
	is $r->{numrows}, scalar @{$r->{values}}, '24: readtypes';
	is_deeply [grep { join(' ', sort keys %$_) ne
	    'description pgroup phone_type' } @{$r->{values}}], [],
	    '24: each with its three members';
	my (undef, $res) = send_raw('dialplan/readtypes/', encode_json({
	    type => 'phone', auth => {key => $key{SYS}}}));
	like $res->body, qr/^\{"result":"success","numrows":\d+,"values":\[/,
	    'IX5: result, numrows, values in this order';
	failed(P('dialplan/readtypes/', 'USR'), 'Permission denied',
	    '24: not for users');
	my %new = (mac => '00:04:13:99:CC:01', phone_type => 'snom320',
	    company => 'acme');
	is_deeply P('dialplan/create/', 'SYS', phone(values => {%new,
	    name => 'Reception'})), {result => 'success', numrows => 1},
	    '25: a phone is created';
	is company_of('00041399cc010'), 'acme', '25: and active at once';
	failed(P('dialplan/create/', 'CAD', phone(values => {%new})),
	    'Permission denied', '26: not by a Company-Admin');
	failed(P('dialplan/create/', 'SYS', phone(values => {%new})),
	    'Phone exists', '26: nor twice');
	failed(P('dialplan/create/', 'SYS', phone(values => {%new,
	    mac => '00041399cc09', company => ['acme']})), 'No such company',
	    '26: nor in what is no text');
	failed(P('dialplan/create/', 'SYS', phone(values => {%new,
	    mac => '00041399cc02', phone_type => 'nosuch'})),
	    'Unknown phone type', '26: nor of a type that is none');
	is P('dialplan/create/', 'SYS', phone(values => {mac => '',
	    phoneid => '00041399cc030', phone_type => 'pap2t'}))->{result},
	    'success', 'create takes an id, and no company';
	is company_of('00041399cc031'), 'default', 'for which default stands';
}

# ---- 27 to 30: what is no request -------------------------------------------------

{
	my $r = send_raw('auth/', encode_json({auth => {type => 'auth',
	    username => 'sys', password => 'pass of sys'}}));
	my %by = (Cookie => "Red60urne=$r->{user}{session}");
	is send_raw('dialplan/inactive/phone', 'not json', \%by)->{result},
	    'success', '27: what is no JSON is the empty object';
	failed(scalar send_raw('dialplan/promote/phone', 'not json', \%by),
	    'Invalid phone id', '27: which promotes nothing');
	failed(scalar send_raw('dialplan/inactive', '[1]', \%by), 'Unknown type',
	    'without a type anywhere');
	my $res = $f->get('/rest/dialplan/inactive/phone', \%by);
	is decode_json($res->body)->{result}, 'success', 'GET has no body';
	my @bad = ('x' x 10_000_000, '[' x 1000 . ']' x 1000,
	    encode_json(scoped(q{"'; DROP TABLE phone; --})),
	    '{"type":"phone","scope":{"phoneid":"00041312ab34\u0000"}}',
	    encode_json(scoped('0' x 300)),
	    '{"type":"phone","scope":{"phoneid":["00041312ab340"]}}',
	    '{"type":"phone","scope":"00041312ab340","values":7}');
	for my $i (0 .. $#bad) {
		my ($r, $res) = send_raw('dialplan/promote/phone', $bad[$i], \%by);
		ok $r->{result} eq 'fail' && $res->code < 500,
		    "28: bad body $i is refused: " . $res->code;
	}
	is P('dialplan/inactive/', 'SYS')->{result}, 'success', '28: it is still up';
	for my $port ('1', 1) {
		is_deeply P('dialplan/assign/', 'SYS', phone(scope => {
		    mac => '000e08aa0001', port => $port},
		    values => {company => 'acme'}))->{company}, {1 => 'acme'},
		    '29: a port as text and as number';
	}
	failed(P('dialplan/assign/', 'SYS', phone(scope => {mac => '000e08aa0001',
	    port => $_}, values => {company => 'acme'})), 'Invalid phone id',
	    "29: but not $_") for -1, 'x', '1.0';
	failed(P('dialplan/nosuch/', 'SYS'), 'Unknown command', 'a command that is none');
	failed(P('ops/read/', 'SYS'), 'Unknown command', 'nor is there another area');
}

# ---- the vendor's examples, as they are printed -------------------------------------

my ($active, $promote, $demote, $assign) = (<<'A', <<'P', <<'D', <<'S');
{
    "type": "phone"
    "scope": {
        "company": "company or list of companies (optional)"
    },
}
A
{
    "type": "phone",
    "scope": {
        "phoneid": "0123456789ab0"
    },
    "values": {
        "company": "acompany"
    }
}
P
{
    "type": "phone",
    "scope": {
        "phoneid": "0123456789ab0"
    }
}
D
{
    "type": "phone"
    "scope": {
        "mac":"device MAC",
        "phoneid": "phone id (optional, used if mac empty)",
        "port":"port for multiport device (zero based)",
        "company":"source company for verification"
    },
    "values": {
        "company":"target company"
    }
}
S

{
	my $r = send_raw('auth/', encode_json({auth => {type => 'auth',
	    username => 'sys', password => 'pass of sys'}}));
	my @curl = ('curl', '-s', '-H', 'Content-Type: application/json',
	    '-b', "Red60urne=$r->{user}{session}");
	my $curl = sub ($path, $body) {
		my (undef, $out) = $f->command(@curl, '-d', $body,
		    $f->url("/rest/dialplan/$path"));
		$answers++;
		return decode_json($out);
	};
	my $plain = qq({\n    "type": "phone"\n}\n);
	is $curl->('inactive/', $plain)->{result}, 'success', 'printed: inactive';
	is $curl->('active/', $plain)->{numrows}, 6, 'printed: active';
	failed($curl->('active/', $active), 'Unknown type',
	    'IX6: printed: a comma is missing: it is {}');
	is $curl->('active/phone', $active)->{numrows}, 6,
	    'IX6: printed: with the type from the path, and no filter';
	failed($curl->('promote/', $promote), 'No such company', 'printed: promote');
	$f->cli(qw(domain add acompany));
	failed($curl->('promote/', $promote), 'No such phone',
	    'printed: promote of what does not wait');
	waits('0123456789ab', 'snom320');
	is_deeply $curl->('promote/', $promote), {result => 'success', numrows => 1},
	    'printed: promote';
	is company_of('0123456789ab0'), 'acompany', 'printed: into that company';
	failed($curl->('demote/', $demote), 'No such phone',
	    'printed: demote of what is active');
	$f->cli(qw(device remove 0123456789ab --yes));
	waits('0123456789ab', 'snom320');
	is_deeply $curl->('demote/', $demote), {result => 'success', numrows => 1},
	    'printed: demote';
	failed($curl->('assign/', $assign), 'Unknown type',
	    'IX6: printed: assign lacks a comma');
	failed($curl->('assign/phone', $assign), 'Invalid phone id',
	    'IX6: printed: it is {}, which names no phone');
	is $curl->('readtypes/', $plain)->{values}[0]{pgroup}, 'audiocodes',
	    'printed: readtypes';
}

# ---- who may not --------------------------------------------------------------------

{
	failed(P('dialplan/active/', 'CAX'), 'Permission denied',
	    'active needs default');
	my $r = P('dialplan/active/', 'CAD');
	is_deeply [grep { $_->{company} eq 'acompany' } @{$r->{values}}], [],
	    'a Company-Admin lists no company that he does not see';
	failed(P('dialplan/active/', 'CAD', phone(scope => {company => 'acompany'})),
	    'No such company', 'which answers as one that does not exist');
	waits('000413000001', 'snom320');
	failed(P('dialplan/promote/', 'CAD', scoped('0004130000010',
	    values => {company => 'acompany'})), 'No such company',
	    'nor does he promote into it');
	$f->cli(qw(account set cad --read-only yes));
	failed(P('dialplan/promote/', 'CAD', scoped('0004130000010')),
	    'Permission denied', 'who only looks promotes nothing');
	is P('dialplan/inactive/', 'CAD')->{result}, 'success', 'but looks';
	$f->cli(qw(account set cad --password-file), $f->secret_file('another'));
	failed(scalar send_raw('dialplan/inactive', encode_json({type => 'phone',
	    auth => {username => 'sys', password => 'pass of cad'}})),
	    'Not logged in', 'a wrong password in a call');
	my ($secret) = $f->cli(qw(account totp cax --new)) =~
	    /^secret ([A-Z2-7]{32})$/m;
	my @codes = $f->cli(qw(account totp cax --confirm), code_of($secret)) =~
	    /^([a-z2-9]{5}-[a-z2-9]{5})$/mg;
	my %login = (username => 'cax', password => 'pass of cax');
	failed(scalar send_raw('dialplan/readtypes', encode_json({type => 'phone',
	    auth => {%login, code => $codes[0]}})), 'Not logged in',
	    'with a second factor no call takes the password');
	failed(scalar send_raw('auth', encode_json({auth => \%login})),
	    'Login failed', 'nor does a login without a code');
	is send_raw('auth', encode_json({auth => {%login, code => $codes[0]}}))
	    ->{user}{login}, 'cax', 'but one with it';
	my $res;
	for (1 .. 30) {
		(my $r, $res) = send_raw('dialplan/inactive', encode_json({
		    auth => {username => 'nobody', password => 'guess'}}));
		last if $res->code != 200;
	}
	is $res->code, 429, 'who guesses is slowed down';
	ok $res->headers->header('Retry-After') > 0, 'and told until when';
}

# ---- what is no request ------------------------------------------------------------------

for my $no ([PUT => '{}', 405], [DELETE => '', 405],
    [POST => '{"x":"' . 'x' x (2 << 20) . '"}', 413]) {
	my ($method, $body, $status) = @$no;
	my $res = $f->request($method => '/rest/dialplan/inactive',
	    {'Content-Type' => 'application/json'}, $body);
	is $res->code, $status, "$method of " . length($body) . ' bytes';
	is eval { decode_json($res->body)->{result} }, 'fail',
	    'is told in the form of the others';
}
for my $path ('auth/nothing', 'nothing/inactive', 'dialplan/nothing') {
	is send_raw($path, '{}')->{result}, 'fail', "$path is no command";
}

# ---- the command line ------------------------------------------------------------------

{
	my $list = $f->cli_json(qw(phone list --waiting));
	is_deeply [map { "$_->{mac} $_->{type} $_->{by}" } @$list],
	    ['000413000001 snom320 example.com'], 'fleetline phone list --waiting';
	like $f->cli(qw(phone show 000413000001)), qr/192\.0\.2\.1/,
	    'fleetline phone show of one that waits';
	is $f->cli(qw(phone promote 00-04-13-00-00-01 acme)), "1 port promoted\n",
	    'fleetline phone promote';
	is $f->cli_json(qw(phone show 000413000001))->[0]{domain}, 'acme',
	    'fleetline phone show of one that is active';
	is $f->cli(qw(phone assign 000e08aa0001 acme --port 0)),
	    "1 port assigned\n", 'fleetline phone assign';
	$f->cli(qw(phone add 000413000002 acme --type snom320 --name Lobby));
	is_deeply [map { "$_->{mac}/$_->{port}" }
	    @{$f->cli_json(qw(phone list --domain acme))}],
	    [qw(00041312ab34/0 000e08aa0001/0 000e08aa0001/1 00041399cc01/0
	    000413000001/0 000413000002/0)], 'fleetline phone list --domain';
	waits('000413000003', 'snom320');
	$f->cli(qw(phone demote 000413000003 --yes));
	is_deeply $f->cli_json(qw(phone list --waiting)), [], 'fleetline phone demote';
	is scalar(grep { $_->{type} eq 'pap2t' && $_->{ports} == 2 }
	    @{$f->cli_json(qw(phone types))}), 1, 'fleetline phone types';
	is $f->cli(qw(phone check templates/snom)), '', 'fleetline phone check';
	for ([qw(phone show 000413000009)], [qw(phone promote 000413000009 acme)],
	    [qw(phone add 000413000002 acme --type snom320)],
	    [qw(phone add 000413000004 acme --type nosuch)],
	    [qw(phone assign zz acme)], [qw(phone assign 000e08aa0001 acme --port 7)],
	    [qw(phone-key rotate acme)], [qw(domain add default)],
	    [qw(phone check templates/nosuch)]) {
		my ($rc, undef, $err) = $f->try_cli(@$_);
		isnt $rc, 0, "fleetline @$_: $err";
	}
	chomp(my $first = $f->cli(qw(phone-key new acme)));
	chomp(my $second = $f->cli(qw(phone-key rotate acme)));
	like $second, qr/^\d+-\d+-[0-9a-f]{32}$/, 'fleetline phone-key';
	isnt $second, $first, 'rotate draws another one';
	is $f->cli_json(qw(phone-key list))->[0]{key}, $second,
	    'fleetline phone-key list shows it again';
}

is_deeply \@odd, [], "30: each of $answers answers is JSON with a result";
done_testing;
