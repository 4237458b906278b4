# More screens of the console: phones that wait, configurations, update jobs; each
# does its main action, tells an error, and the browser complains of nothing.
use Fleetline;
use Console;

my $missing = Chromium::missing();
plan(skip_all => $missing) if $missing;

my $f = Fleetline->new;
$f->cli(qw(domain add north.example));
$f->cli(qw(domain add south.example));
$f->cli(qw(category add north.example Desks --config));
$f->cli(qw(account add anna --role system-admin --password-file),
    $f->secret_file('Secret-1'));
my %domain = map { $_->{name} => $_->{id} } @{$f->api({mt => 'GetDomains'})->{domains}};
my ($north, $south) = @domain{qw(north.example south.example)};

my $c = Console->new(f => $f);
$c->size(1280, 800);
ok $c->log_in('anna', 'Secret-1'), 'anna is here';

sub has ($pattern, $name) { ok $c->sees($pattern), $name or diag $c->text }

# ---- phones of other vendors -------------------------------------------------------

subtest 'phones that wait' => sub {
	chomp(my $key = $f->cli(qw(phone-key new north.example)));
	my $asks = sub ($file) { $f->request(GET => "/p/$key/$file", {'User-Agent' =>
	    'Yealink SIP-T46S 66.86.0.15 00:15:65:aa:bb:cc'}) };
	$c->view('#/phones');
	has(qr/No phone waits/, 'none: what to do first is said');
	$asks->('001565aabbcc.cfg');
	has(qr/001565aabbcc.*66\.86\.0\.15\s+127\.0\.0\.1\s+north\.example/,
	    'one asks, and is shown without a reload');
	$c->choose('Why?');
	has(qr/404\s+it waits for somebody/, 'why it got nothing');
	$c->choose('Promote');
	$c->fill(domainId => $south);
	ok $c->submit, 'it is promoted';
	has(qr/No phone waits/, '... waits no longer');
	is $f->api({mt => 'GetDevice', hwId => '001565aabbcc'})->{device}{domainId},
	    $south, '... and is a device';
	$f->request(GET => "/p/$key/000413922d24.xml");
	has(qr/000413922d24/, 'another one');
	$c->choose('Forget');
	$c->choose('Forget', 'dialog button');
	has(qr/No phone waits/, '... is forgotten');
	$c->run('const e = document.querySelector("[name=mac]"); e.value = "x"');
	$c->choose('Search');
	has(qr/invalid MAC address/, 'what is no MAC address is told');
	$c->is_quiet('phones');
};

$c->end;
done_testing;
