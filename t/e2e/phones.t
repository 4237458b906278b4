# Phones of other vendors at their door, on the real nginx and programs: who is
# recognised and waits, who does not; what strangers learn; the trace.
use Fleetline;
use Mojo::File;

my $f = Fleetline->new;
$f->cli(qw(domain add north));
my $south_password = 'pass of the south';
$f->cli(qw(domain add south --password-file), $f->secret_file("$south_password\n"));
chomp(my $north = $f->cli(qw(phone-key new north)));
chomp(my $south = $f->cli(qw(phone-key new south)));

sub ask ($key, $file, $agent = '', $method = 'GET') {
	return $f->request($method, "/p/$key/$file", {'User-Agent' => $agent});
}
sub waiting { $f->cli_json(qw(phone list --waiting)) }
# What is noted is written a moment later: so many rows.
sub reasons ($mac, $n) {
	my $rows;
	wait_until(sub { @{$rows = $f->cli_json('phone', 'trace', $mac || ())} >= $n });
	return [map { "$_->{file} $_->{reason} $_->{n}" } reverse @$rows];
}

# ---- a phone of each vendor, as it asks when it is plugged in ------------------------

my @vendors = (
    ['001565aabbcc', yealinkT46S => 'Yealink SIP-T46S 66.86.0.15 00:15:65:aa:bb:cc',
	qw(001565aabbcc.boot y000000000000.boot y000000000028.cfg 001565aabbcc.cfg)],
    ['000413922d24', snomD785 => 'Mozilla/4.0 (compatible; snomD785-SIP '
	. '10.1.33.33 2010.12-00004-g9ba52f5 000413922D24 SXM:0 UXM:0)',
	qw(snomD785.htm snomD785-000413922D24.htm)],
    ['000b82865e6a', gxp2170 => 'Grandstream Model HW GXP2170 SW 1.0.11.85 '
	. 'DevId 000b82865e6a', qw(cfg000b82865e6a cfg000b82865e6a.xml)],
    ['0004f2aabbcc', vvx400 => 'FileTransport PolycomVVX-VVX_400-UA/4.1.4.7430 '
	. 'Type/Application', qw(0004f2aabbcc.cfg)],
    ['8843e157ddcc', spa504G => 'Cisco/SPA504G-7.4.9c (8843E157DDCC)(CBT141100HR)',
	qw(spa504G.cfg 8843e157ddcc.xml)],
    ['0c383e07e16c', fanvilX4 => 'Fanvil X4 2.10.2.6887 0c383e07e16c',
	qw(f0X4hw1.100.cfg 0c383e07e16c.cfg)],
    ['7c2f80e0d605', n870ip => 'Gigaset N870 IP PRO/83.V2.11.0+build.a546b91;'
	. '7C2F80E0D605', qw(38/2/7c2f80e0d605.xml)],
    ['00085d237429', aastra6731i => 'Aastra6731i MAC:00-08-5D-23-74-29 '
	. 'V:3.2.0.70-SIP', qw(aastra.cfg 00085D237429.cfg)],
    ['0080f0c8c381', 'kx-ut113' => 'Panasonic_KX-UT113/01.133 (0080f0c8c381)',
	qw(KX-UT113.cfg Config0080F0C8C381.cfg)],
    ['001fc1000000', uc926 => 'Htek UC926 2.0.4.2 00:1f:c1:00:00:00',
	qw(cfg0010.xml cfg001fc1000000.xml)],
    ['00908f602aac', audc440hdg => 'AUDC-IPPhone/2.2.8.61 (440HDG-Rev0; '
	. '00908F602AAC)', qw(00908f602aac.cfg)],
);
for (@vendors) {
	my ($mac, $type, $agent, @files) = @$_;
	is ask($north, $_, $agent)->code, 404, "$_ is not there yet" for @files;
	my ($row) = grep { $_->{mac} eq $mac } @{waiting()};
	is_deeply [@$row{qw(type by address)}], [$type, 'north', '127.0.0.1'],
	    "$type waits, recognised";
	is_deeply reasons($mac, scalar @files),
	    [map { s{.*/}{}r . ' waiting 1' } @files],
	    'and its trace says why it got nothing';
}
is scalar @{waiting()}, scalar @vendors, 'each once';

# ---- promoted ------------------------------------------------------------------------

{
	$f->cli(qw(phone promote 000413922d24 south));
	my $d = $f->api({mt => 'GetDevice', hwId => '000413922d24'})->{device};
	is_deeply [@$d{qw(product version type)}], ['Snom D785', '10.1.33.33',
	    'PHONE'], 'a phone that was recognised becomes a device';
	ask($north, 'snomD785-000413922D24.htm');
	is reasons('000413922d24', 3)->[-1], 'snomD785-000413922D24.htm given 1',
	    'it is served under the key that it came by';
	ask($south, 'snomD785-000413922D24.htm');
	is reasons('000413922d24', 4)->[-1], 'snomD785-000413922D24.htm given 1',
	    'and under its domain\'s';
	is scalar @{waiting()}, $#vendors, 'it waits no longer';
	is ask($south, '000413922d24.cfg')->code, 404, 'nor does it again';
	is scalar @{waiting()}, $#vendors, 'when it asks';
	$f->cli(qw(phone add 000413000001 north --type snom320));
	ask($south, '000413000001.xml');
	is_deeply reasons('', 1), ['{mac}.xml other-key 1'],
	    'another key\'s phone is nobody\'s, by the pattern of its file';
	$f->cli(qw(device add 009033000001 --domain south));
	ask($south, '009033000001.xml');
	is scalar(grep { $_->{mac} eq '009033000001' } @{waiting()}), 0,
	    'what is a device already never waits';
	my $seen = $f->cli_json(qw(phone show 000413922d24))->[0]{seen};
	ok abs($seen / 1000 - time) < 60, 'when it asked last is noted';
}

# ---- what strangers learn --------------------------------------------------------------

{
	my ($gone) = $f->cli(qw(phone-key new), $f->domain) =~ /(\S+)/;
	is ask($gone, '000413000777.xml')->code, 404, 'a key that counts';
	is scalar(grep { $_->{mac} eq '000413000777' } @{waiting()}), 1,
	    'lets a phone wait';
	$f->cli(qw(phone-key rotate), $f->domain);
	ok wait_until(sub {
		ask($gone, '000413000778.xml');
		my $n = grep { $_->{mac} eq '000413000778' } @{waiting()};
		$f->cli(qw(phone demote 000413000778 --yes)) if $n;
		!$n;
	}), 'one that was rotated lets nobody wait, within two seconds';
	my %answers;
	for (["$north/000413922d24.cfg", 'a phone of another domain'],
	    ["$north/000413000001.xml", 'one of ours'],
	    ["$north/000413fffff0.xml", 'one that is new'],
	    ["$north/passwd", 'no MAC address'], ["$gone/x", 'a key of before'],
	    ['1-1-0123456789abcdef0123456789abcdef/x', 'no key at all'],
	    ["$north/", 'no file'], ['x', 'nothing']) {
		my ($path, $what) = @$_;
		for my $method (qw(GET POST PUT)) {
			my $res = $f->request($method => "/p/$path");
			my $h = $res->headers;
			$answers{join '|', $res->code, $res->body, map {
			    $h->header($_) // '' } qw(Content-Type Content-Length
			    Cache-Control)} .= "$method $what\n";
		}
	}
	is_deeply [keys %answers], ["404|not found\n|text/plain|10|no-store"],
	    'all 404s have the same bytes' or diag explain \%answers;
	is $f->request(DELETE => "/p/$north/x")->code, 404, 'other methods as well';
	ok $f->access_log_whole, 'the access log';
	unlike $f->log_of('access') . $f->log_of('provision'),
	    qr/\Q$north\E|\Q$south\E/, 'no key is in a log';
}

# ---- a scanner -----------------------------------------------------------------------------

{
	my $before = waiting();
	my $count = sub ($what) {
		0 + ($f->sql("SELECT $what FROM phone_trace"))[1];
	};
	# All that was noted is written when the program ends; another one comes.
	my $settle = sub {
		my $old = $f->pid('provision');
		$f->signal(provision => 'TERM');
		wait_until(sub { ($f->pid('provision') // $old) != $old
		    && ask('0-0-0', 'x.cfg')->code == 404 }) or die 'no other one';
	};
	$settle->();
	my $traced = $count->('count(*)');
	my $noted = $count->('sum(n)');
	my @names = ('%s.cfg', '%s.boot', 'cfg%s.xml', 'cfg%s', '%s.xml', 'SEP%s.cnf.xml',
	    '%s-local.cfg', 'Config%s.cfg', 'snom320-%s.htm');
	my @common = qw(y000000000000.cfg y000000000000.boot aastra.cfg startup.cfg
	    000000000000.cfg ConfigCommon.cfg init.cfg cfg.xml cfg0010.xml passwd);
	for my $i (1 .. 300) {
		ask($north, $i % 4 == 0 ? $common[$i % @common] :
		    sprintf $names[$i % @names], sprintf '001565%06x', $i * 7919);
	}
	cmp_ok scalar @{waiting()}, '<=', 32,
	    'a scanner with a key fills 32 places from one address';
	my %left = map { $_->{mac} => 1 } @{waiting()};
	is_deeply [grep { !$left{$_->{mac}} } @$before], [],
	    'and whoever waits stays';
	$settle->();
	is $count->('sum(n)'), $noted + 300, 'all that it asked is counted';
	cmp_ok $count->('count(*)') - $traced + @{waiting()} - @$before, '<', 100,
	    'all that it leaves are fewer than 100 rows';
	ask('0-0-0', sprintf('%012x.cfg', $_)) for 1 .. 50;
	ask('1-1-' . '0' x 32, sprintf('%012x.cfg', $_)) for 1 .. 50;
	$settle->();
	is $count->('sum(n)'), $noted + 300, 'without a key nothing is noted';
}

# ---- a vendor by data alone, as doc/phones.md has it ------------------------------------------

{
	my $g = Fleetline->new(stopped => 1);
	my $templates = Mojo::File->new($g->state, 'templates');
	system('cp', '-r', 'templates', $templates) == 0 or die;
	my $page = Mojo::File->new('doc/phones.md')->slurp;
	my $acme = $templates->child('acme')->make_path->child('vendor.conf');
	for my $name (qw(vendor.conf phone.cfg)) {
		my ($text) = $page =~ /^    # templates\/acme\/\Q$name\E\n(.*?)^(?=\S)/ms;
		$acme->sibling($name)->spurt($text =~ s/^    //gmr);
	}
	my (undef, $said) = $g->command($g->build . '/sbin/fleetline', 'phone',
	    'check', $acme->dirname);
	is $said, '', 'the vendor of the page has no mistake';
	$g->conf->{paths}{templates} = "$templates";
	$g->write_conf;
	$g->start;
	chomp(my $key = $g->cli('phone-key', 'new', $g->domain));
	$g->request(GET => "/p/$key/acme-001122aabbcc.cfg",
	    {'User-Agent' => 'AcmePhone A1 2.0 (001122aabbcc)'});
	my $row = $g->cli_json(qw(phone list --waiting))->[0];
	is "$row->{mac} $row->{type} $row->{firmware}", '001122aabbcc acmeA1 2.0',
	    'it is recognised and waits';
	$g->cli('phone', 'promote', $row->{mac}, $g->domain);
	is $g->api({mt => 'GetDevice', hwId => $row->{mac}})->{device}{product},
	    'Acme A1', 'it is promoted';
	ok wait_until(sub {
		($g->cli_json('phone', 'trace', $row->{mac})->[0]{reason} // '')
		    eq 'waiting';
	}), 'and traced';
	$g->cli(qw(phone set model:acmeA1 sip_server sip.example));
	$g->cli(qw(phone set), $row->{mac}, qw(sip_user.0 101));
	my %agent = ('User-Agent' => 'AcmePhone A1 2.0 (001122aabbcc)');
	my $first = $g->request(GET => "/p/$key/acme-001122aabbcc.cfg", \%agent)->body;
	my ($url) = $first =~ /^provisioning url: (\S+)\n+\z/;
	ok $url, 'its first file has its URL';
	like $g->request(GET => "${url}acme-001122aabbcc.cfg", \%agent)->body,
	    qr/^language: English\naccount 1 user: 101\n.*server: sip\.example:5060/ms,
	    'where it gets its file';
	my %from = map { $_->{setting} => "$_->{value} $_->{layer}" }
	    @{$g->cli_json(qw(phone explain), $row->{mac})};
	is_deeply [@from{qw(sip_server sip_user.0 language)}],
	    ['sip.example model:acmeA1', '101 device', 'en default'],
	    'and each value is explained';
}

# ---- messages --------------------------------------------------------------------------------

{
	my %id = map { $_->{name} => $_->{id} } @{$f->api({mt => 'GetDomains'})->{domains}};
	my $list = $f->api({mt => 'GetWaitingPhones'})->{phones};
	is_deeply [map { $_->{mac} } @$list], [map { $_->{mac} } @{waiting()}],
	    'GetWaitingPhones';
	my ($one) = grep { $_->{mac} eq '001565aabbcc' } @$list;
	is_deeply [@$one{qw(keyDomainId type product ports version address)}],
	    [$id{north}, 'yealinkT46S', 'Yealink T46S', 1, '66.86.0.15', '127.0.0.1'],
	    'with what is known of each';
	is $f->api({mt => 'GetWaitingPhones', after => $list->[1]{mac}})
	    ->{phones}[0]{mac}, $list->[2]{mac}, 'behind one';
	$f->cli(qw(account add nora --role manager --domain north));
	$f->cli(qw(account add sonja --role manager --domain south));
	my %key = map { $_ => $f->cli(qw(key add), $_) =~ s/\s//gr } qw(nora sonja);
	my $as = sub ($who, %m) { $f->api(\%m, key => $key{$who}) };
	is scalar @{$as->(sonja => mt => 'GetWaitingPhones')->{phones}}, 0,
	    'another domain sees none that came by our key';
	is $as->(sonja => mt => 'PromotePhone', mac => '001565aabbcc',
	    domainId => $id{south})->{error}, 'not found', 'nor promotes one';
	is $as->(nora => mt => 'PromotePhone', mac => '001565aabbcc',
	    domainId => $id{south})->{error}, 'not found',
	    'nor does who sees it, into a domain that he does not see';
	is_deeply $as->(nora => mt => 'PromotePhone', mac => '00-15-65-AA-BB-CC',
	    domainId => $id{north}), {mt => 'PromotePhoneResult', ports => 1},
	    'PromotePhone';
	is $f->api({mt => 'PromotePhone', mac => 'zz', domainId => 1})->{error},
	    'invalid MAC address', 'of a MAC address';
	is $as->(nora => mt => 'AssignPhone', mac => '001565aabbcc',
	    domainId => $id{north})->{error}, 'not allowed',
	    'AssignPhone is for administrators';
	is $f->api({mt => 'AssignPhone', mac => '001565aabbcc', port => 0,
	    domainId => $id{south}})->{ports}, 1, 'AssignPhone';
	is $as->(nora => mt => 'DemotePhone', mac => '001fc1000000')->{ports}, 1,
	    'DemotePhone';
	is $as->(nora => mt => 'DemotePhone', mac => '001fc1000000')->{error},
	    'not found', 'once';
	is_deeply [map { "$_->{file} $_->{status} $_->{reason} $_->{count}" }
	    @{$as->(nora => mt => 'GetPhoneTrace', mac => '8843e157ddcc')->{requests}}],
	    ['8843e157ddcc.xml 404 waiting 1', 'spa504G.cfg 404 waiting 1'],
	    'GetPhoneTrace';
	is scalar @{$as->(sonja => mt => 'GetPhoneTrace', mac => '8843e157ddcc')
	    ->{requests}}, 0, 'is not for others';
}

# ---- who hears of them ---------------------------------------------------------------------

{
	my ($all, $other) = map { $f->app } 1 .. 2;
	$all->connect->login(domain => $f->domain, password => $f->password) or die;
	$other->connect->login(domain => 'south', password => $south_password) or die;
	for my $app ($all, $other) {
		my $r = $app->ask_list({mt => 'GetWaitingPhones', src => 'w',
		    recvUpdates => Mojo::JSON->true}, 'phones');
		ok ref $r, 'GetWaitingPhones with recvUpdates';
	}
	ask($north, '000413922d99.xml');
	my $e = $all->wait_mt('WaitingPhoneAdded');
	is_deeply [$e->{src}, @{$e->{phone}}{qw(mac ports seen)}],
	    ['w', '000413922d99', 1, undef], 'who came is told';
	ask($north, 'snom320-000413922D99.htm',
	    'Mozilla/4.0 (compatible; snom320-SIP 8.7.5.35)');
	is $all->wait_mt('WaitingPhoneUpdate')->{phone}{type}, 'snom320',
	    'and what is known of it now';
	$f->cli(qw(phone promote 000413922d99 north));
	is $all->wait_mt('WaitingPhoneRemoved')->{mac}, '000413922d99',
	    'and that it waits no longer';
	ask($south, '000413922d98.xml');
	is $other->wait_mt('WaitingPhoneAdded')->{phone}{mac}, '000413922d98',
	    'another domain hears of its own';
	is_deeply [grep { $_->{mt} =~ /^WaitingPhone/ } @{$other->queue}], [],
	    'and of no others';
}

# ---- and of what they got -----------------------------------------------------------------

{
	my ($all, $other) = map { $f->app } 1 .. 2;
	$all->connect->login(domain => $f->domain, password => $f->password) or die;
	$other->connect->login(domain => 'south', password => $south_password) or die;
	for my $app ($all, $other) {
		my $r = $app->ask_list({mt => 'GetPhoneTrace', mac => '000413922d97',
		    src => 't', recvUpdates => Mojo::JSON->true}, 'requests');
		is_deeply $r, [], 'GetPhoneTrace with recvUpdates';
	}
	ask($north, '000413922d97.xml') for 1 .. 3;
	my $of = sub ($app, $mac) {
		$app->wait_for(sub ($r) { $r->{mt} eq 'PhoneTraceAdded'
		    && ($r->{request}{mac} // '') eq $mac });
	};
	my $e = $of->($all, '000413922d97');
	is_deeply [$e->{src}, @{$e->{request}}{qw(address file status reason)}],
	    ['t', '127.0.0.1', '000413922d97.xml', 404, 'waiting'],
	    'what a phone asked for and got is told';
	my $row = $f->api({mt => 'GetPhoneTrace', mac => '000413922d97'})->{requests}[0];
	is $e->{request}{id}, $row->{id}, 'it is the row of its trace';
	ask($south, 'other.xml', $vendors[1][2]);
	ok $of->($other, $vendors[1][0]), 'another domain hears of its own keys';
	ok $of->($all, $vendors[1][0]), 'and who sees all of them as well';
	is_deeply [grep { ($_->{request}{mac} // '') eq '000413922d97' }
	    map { @{$_->queue} } $all, $other], [], 'of equal requests only the first, of others none';
	$_->disconnect for $all, $other;
}

# ---- fleetline phone trace ----------------------------------------------------------------

{
	my ($rc, undef, $err) = $f->try_cli(qw(phone trace zz));
	isnt $rc, 0, "a trace of no MAC address: $err";
	($rc, undef, $err) = $f->try_cli(qw(phone trace 009033000001));
	isnt $rc, 0, 'a trace of a device of the hub';
	like $err, qr/connects to the hub.*device show 009033000001/,
	    'says that it is no phone';
	is_deeply [@{$f->api({mt => 'GetDevice', hwId => '000413922d24'})->{device}}
	    {qw(online polls other)}], [(Mojo::JSON->true) x 3],
	    'a promoted phone that asks is online';
	like $f->cli(qw(phone trace 001565aabbcc)),
	    qr/404 .*001565aabbcc\.cfg .*waiting .*until somebody promotes it/,
	    'why did my phone get a 404?';
}
done_testing;
