# At least 5,000 broken messages, over HTTP and AppWebsocket: each gets the error
# of its interface, nothing crashes or hangs, and all else goes on.
use Fleetline;
use Broken;
use Mojo::JSON qw(true);
use Mojo::Util qw(decode);
use Raw;
use Siege;

use constant {LEAST => 5000, SEED => 20260117};

my $s = Siege->new;
my $f = $s->f;
my $key = $s->key;
my $api = $f->base . '/api';

Broken::start(SEED);
my @messages = Broken::messages();
my @cases = Broken::fields(\@messages);
my @texts = (Broken::not_json(), Broken::invalid_utf8(), Broken::deep(),
    Broken::truncated(\@messages), Broken::random_texts(300));
cmp_ok scalar @messages, '>', 55, 'the table of messages was read';

$s->section('texts that are no message, over HTTP', scalar @texts, map {
	my $r = $s->http($s->api($_));
	refuses($r, 400) ? () : "$_ => " . got($r);
} @texts);

$s->section('fields of the wrong type, over HTTP', scalar @cases, map {
	my $r = $s->http($s->api(encode_json($_->{message})));
	my $m = object($r);
	$r && $r->{code} == 200 && $m->{mt} eq "$_->{of}{mt}Result"
	    && ($m->{error} // '') eq 'invalid value'
	    && $m->{field} eq $_->{field} && ($m->{last} xor !$_->{of}{list})
	    ? () : encode_json($_->{message}) . ' => ' . got($r);
} @cases);

my @mutants = Broken::mutants(600);
$s->section('messages changed at random', scalar @mutants, map {
	my $r = $s->http($s->api($_));
	my $m = object($r);
	refuses($r, 400) || $r && $r->{code} == 200 && (%$m || $r->{body} =~
	    /^\{\}/) ? () : "$_ => " . got($r);
} @mutants);

my @odd = ('{"mt":"GetDomains","mt":"GetDevice"}', '{"mt":"GetDomains","src":"'
    . 'x' x 5000 . '"}', '{"mt":"GetDomains","api":' . '[' x 12 . ']' x 12
    . '}', '{"mt":"GetDomains","src":["' . 'x' x 9000 . '"]}',
    '{"mt":"No\\"Such\\n"}', '{"mt":"\\ud800"}', '{"mt":"../../x"}',
    '{"mt":"getdomains"}', '{"mt":"GetDomains "}', '{"mt":"AddDomain","name":'
    . '"a","name":5}', '{"mt":"GetDevice","hwId":"x","hwId":"y"}',
    '{"mt":"DeleteDomain","id":1e999}', '{"mt":"DeleteDomain","id":1e3}',
    '{"mt":"HttpGet","uri":"file:///etc/passwd"}', '{"mt":"HttpGet","uri":'
    . '"http://169.254.169.254/"}', '{"mt":"HttpGet","uri":"' . '%' x 4000
    . '"}', (map { qq({"mt":"HttpGet","uri":"http://x$api/../passthrough/$_"})
    } '', '/', ID, ID . '/', ID . '/x/', '../' . ID), map { '{"mt":' . '"'
    . ('x' x $_) . '"}' } 1, 63, 64);
$s->section('odd messages', scalar @odd, map {
	my $r = $s->http($s->api($_));
	my $m = object($r);
	$r && $r->{code} =~ /^[24]00$/ && ($m->{error} || $r->{code} == 200
	    && $m->{mt}) && !$m->{data} ? () : "$_ => " . got($r);
} @odd);

{
	my @sizes = (65537, 70000, 200000, 1048576, 1048577, 3000000);
	my @wrong = map {
		my ($r) = once($s->api(' ' x $_), Raw->tcp($f->port), 5);
		refuses($r, 413) ? () : "$_ bytes => " . got($r);
	} @sizes;
	my $full = $s->http($s->api('{"mt":"GetDomains"}' . ' ' x 65517));
	push @wrong, '65536 bytes => ' . got($full) if $full->{code} != 200;
	my @announced = (1048577, 99999999999, '9223372036854775807');
	push @wrong, map {
		my ($r) = once($s->api('', 'Content-Length' => $_),
		    Raw->tcp($f->port), 5);
		refuses($r, 413) ? () : "announced $_ => " . got($r);
	} @announced;
	# Cut short: nobody is left to be told.
	my $whole = $s->api('{"mt":"GetDomains"}');
	my @cut = map {
		my ($r, $end) = once(substr($whole, 0, -$_),
		    Raw->tcp($f->port), 0.01);
		$end && !$r ? () : "cut by $_ => " . got($r);
	} 1 .. 19;
	$s->section('sizes', @sizes + 1 + @announced + 19, @wrong,
	    @cut);
}

{
	my @methods = qw(GET PUT DELETE PATCH OPTIONS PROPFIND MKCOL LOCK HEAD
	    FOO POSTX);
	my @wrong = map {
		my $r = $s->http(request($_, $api, '', Authorization =>
		    "Bearer $key"), head => $_ eq 'HEAD');
		($_ eq 'HEAD' ? $r && $r->{code} == 405 : refuses($r, 405))
		    && ($r->{headers}{allow}[0] // '') =~ /POST/ ? ()
		    : "$_ => " . got($r);
	} @methods;
	my @types = (undef, '', 'text/plain', 'application/json; charset=x',
	    'application/x-www-form-urlencoded', 'multipart/form-data',
	    'application/json' x 50, "\xff/\xfe", 'a/b;' . 'c' x 3000);
	push @wrong, map { my $type = $_; map {
		my $r = $s->http($s->api($_, 'Content-Type' => $type));
		my $good = /Get/ ? $r && $r->{code} == 200 : refuses($r, 400);
		$good ? () : ($type // 'no type') . " $_ => " . got($r);
	} '{"mt":"GetDomains"}', 'mt=x', "--x\r\n\r\n" } @types;
	$s->section('methods and types', @methods + 3 * @types, @wrong);
}

{
	my $good = $f->digest_header($f->request(POST => $api)->headers
	    ->every_header('WWW-Authenticate'), 'POST', $api, {
	    user => $f->domain, password => $f->password});
	my $ask = sub ($credentials) {
		my $bytes = request('POST', $api, '{"mt":"GetUserInfo"}',
		    Authorization => $credentials);
		return $s->http($bytes) if $credentials !~ /[^\t -~\x80-\xff]/;
		my ($r) = once($bytes, Raw->tcp($f->port));
		return $r;
	};
	is $ask->($good)->{code}, 200, 'the credentials are right, once';
	my @broken = ('', ' ', 'Digest', 'Digest ', 'Bearer', 'Bearer ', 'Basic',
	    'Basic YTpi', 'Negotiate x', 'x', ',', '"', '=', 'Bearer flk_',
	    'Bearer flk_1', 'Bearer flk_1_', "Bearer \xff", "bearer\t$key x",
	    "Bearer $key$key", 'Bearer ' . 'x' x 7000, "Bearer $key,",
	    'Bearer flk_99999999999999999999_x', 'Bearer flk_-1_x',
	    'Digest ' . ',' x 3000, 'Digest ' . '"' x 999, 'Digest a=' x 700,
	    'Digest username="' . '\\' x 999, 'Digest username="a" "b"',
	    $good =~ s/nc=\d+/nc=ffffffffff/r, $good =~ s/nc=\d+/nc=00000000/r,
	    $good =~ s/nc=\d+/nc=-1/r, $good =~ s/qop=auth/qop=auth-int/r,
	    $good =~ s/qop=auth/qop=x/r, $good =~ s/uri="[^"]*"/uri="\/x"/r,
	    $good =~ s/SHA-256/SHA-512-256/r, $good =~ s/SHA-256/MD5/r,
	    $good =~ s/nonce="[^"]*"/nonce=""/r, $good . ', ' . $good,
	    $good =~ s/username="[^"]*"/username="\0x"/r =~ s/\0/\x01/r);
	push @broken, map { my $part = $_; map { my $text = $good;
	    $text =~ s/\b$part=("[^"]*"|[^,]*)/$part=$_/; $text } '', '""',
	    '"' . 'x' x 5000 . '"', '"x', 'x"', "\"\xc3\"", '"a\\"b"', '0' }
	    qw(username realm nonce uri algorithm qop nc cnonce response);
	push @broken, map { my $text = Broken::mutant("Bearer $key");
	    $text =~ tr/\0\r\n//d; $text } 1 .. 100;
	push @broken, map { my $text = Broken::mutant($good);
	    $text =~ tr/\0\r\n//d; $text } 1 .. 200;
	my @wrong = map {
		my $r = $ask->($_);
		my $whole = /^\s*bearer\s+\Q$key\E\s*$/i;
		my $asks = @{($r // {})->{headers}{'www-authenticate'} // []};
		$whole || refuses($r, 401) && $asks == 2 || $r && !$asks
		    && $r->{code} == 400 ? () : "$_ => " . got($r);
	} @broken;
	$s->section('credentials', scalar @broken, @wrong);
}

# ---- apps ------------------------------------------------------------------

my @sendable = grep { defined decode 'UTF-8', $_ } @texts;
my @plain = map { encode_json($_->{message}) } @cases;

$s->app_section('texts of an app before its login', $s->app_ws, \@sendable,
    sub ($m, $i) { $m->{error} });
{
	my @all = map { encode_json({mt => $_->{mt}, src => "s$_->{mt}"}) }
	    grep { $_->{mt} !~ /^(?:App(?!Info)|CheckBuild|KeepAlive|TicketLogin)/ }
	    @messages;
	$s->app_section('messages before the login', $s->app_ws, \@all,
	    sub ($m, $i) {
		my $asked = decode_json($all[$i]);
		$m->{error} eq 'login required' && $m->{src} eq $asked->{src}
		    && $m->{mt} eq "$asked->{mt}Result";
	});
	my @logins = map { my $member = $_; map { +{mt => 'AppLogin',
	    app => 'x', domain => $f->domain, digest => 'x', $member => $_} }
	    1, true, undef, [], {}, 'x' x 30000, "\x{1f600}" } qw(app domain
	    sip guid dn info digest);
	my @wrong = map {
		my $w = $s->app_ws;
		my (undef, $answer) = Siege::answers($w, '{"mt":"AppChallenge"}',
		    encode_json($_));
		my $m = eval { decode_json($answer) } // {};
		$w->close;
		$m->{mt} eq 'AppLoginResult' && !$m->{ok} && $m->{error} ? ()
		    : encode_json($_) . " => $answer";
	} @logins;
	$s->section('wrong logins', scalar @logins, @wrong);
	my $w = $s->app_ws;
	$w->write(frame(TEXT, '{"mt":"AppLogin","digest":"x"}') x 5);
	is $w->close_code, 1008, 'five of them end the connection';
}

my $app = $s->logged_in;
$s->app_section('texts of an app after it', $app, \@sendable, sub ($m, $i) {
	$m->{error} });
$s->app_section('fields of the wrong type, over AppWebsocket', $app, \@plain,
    sub ($m, $i) {
	no warnings 'uninitialized';
	"@$m{qw(mt error field)}" eq "$cases[$i]{of}{mt}Result invalid value"
	    . " $cases[$i]{field}";
});
{
	my $n = 200;
	my @wrong = map {
		my $w = $_ % 2 ? $s->app_ws : $s->device_ws;
		$w->write(Broken::bytes(20 + int rand 300));
		# A random length may promise more: then it waits for the rest.
		my $close = $w->close_frame(0.02);
		$w->close;
		!$close || $close->{code} =~ /^100[2379]$/ ? ()
		    : "close code $close->{code}";
	} 1 .. $n;
	$s->section('random bytes behind the handshake', $n, @wrong);
}

$s->finish(LEAST);

done_testing;
