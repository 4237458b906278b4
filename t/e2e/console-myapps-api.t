# The hidden page inside myApps, which gives other Apps the API
# com.innovaphone.devices: its checks, by their numbers.
use Fleetline;
use Mojo::File qw(path);
use MyApps;

my $missing = Chromium::missing();
plan(skip_all => $missing) if $missing;

use constant MANY => 5000;

my $w = MyApps->new;
my $f = Fleetline->new(conf => {console => {frame_ancestors => $w->origin}});
my @ids = ('0090334100be', '0090334100bf');
$f->cli(qw(domain add), $_, '--password-file', $f->secret_file('North-1'))
    for qw(north.example south.example);
$f->cli(qw(category add north.example Phones --config));
$f->cli(qw(device add), $_, qw(--domain north.example --type PHONE --name),
    "desk $_") for @ids;
my $csv = "hwId,domain,type,product,name\n" . join '', map {
	sprintf "00b0%08x,south.example,PHONE,IP112,phone %d\n", $_, $_ } 1 .. MANY;
$f->cli(qw(import devices), $f->secret_file($csv));
my $c = $w->open($f);
my $api = 'com.innovaphone.devices';
my $page = 'innovaphone-devices-api.htm';
my $query = 'name=devices-api&lang=en';
my @hidden = (app => 'innovaphone-devices-api', pbxObj => 'devices-api');

# All that was said to the page before has been heard.
my $channels = 0;
sub heard {
	$w->say({mt => 'OpenChannel', channel => ++$channels});
	return wait_until(sub { grep { $_->{channel} eq $channels }
	    $w->got('ChannelClosed') });
}

sub results { $w->got('ApiResult') }

subtest 'check 16: the hidden page is not seen' => sub {
	$w->framed($page, "$query&hurry=100");
	$w->outside('document.getElementById("own").focus()');
	my $hides = sub ($when) {
		is $w->inside('return document.body.innerText'), '', "$when: no text";
		is $w->has_inside('form, input, button, dialog'), 0, '... no form';
		is $w->inside('return seen.asked'), 0, '... there never was one';
		is $w->outside('return document.activeElement.id'), 'own',
		    '... and the focus is where it was';
	};
	my $ask = $w->wait_got('getLogin');
	$w->say({mt => 'Login', src => $ask->{src}, error => 7, errorText => 'no'});
	$ask = $w->wait_got('getLogin', 2);
	$hides->('when its login is refused');
	is scalar($w->got('RegisterApi')), 0, 'no API is offered';
	$w->say($w->login_for($ask, @hidden));
	is $w->wait_got('RegisterApi')->{api}, $api, 'after the login it is';
	$hides->('then');
	$f->kill_program('hub');
	$f->ready;
	$w->say($w->login_for($w->wait_got('getLogin', 3), @hidden));
	$w->request({mt => 'GetDevice', hwId => $ids[0]});
	ok $w->wait_got('ApiResult')->{msg}{device}, 'over a lost connection it goes on';
	is scalar($w->got('RegisterApi')), 1, '... and offers nothing twice';
	$c->complaints;
};

subtest 'check 22: what was asked before the login, and what is not ours' => sub {
	$w->framed($page, $query);
	my $ask = $w->wait_got('getLogin');
	$w->request({mt => 'GetDevice', hwId => $ids[0]}, src => 'early');
	heard();
	is scalar(results()), 0, 'before the login nothing is answered';
	$w->say($w->login_for($ask, @hidden));
	my $r = $w->wait_got('ApiResult');
	is_deeply [@{$r}{qw(api consumer src)}, $r->{msg}{device}{hwId}],
	    [$api, 'events', 'early', $ids[0]], 'after it, it is';
	my $sent = @{$w->inside('return seen.sent')};
	$w->request({mt => 'GetDevice', hwId => $ids[0]}, api => 'com.innovaphone.phone');
	$w->request(undef);
	$w->request($_) for {}, 7, 'GetDevice', [], {mt => 7};
	heard();
	is scalar(results()), 1, 'what is not ours is left alone';
	is scalar @{$w->inside('return seen.sent')}, $sent, '... and not sent';
	$w->is_quiet('not ours');
};

subtest 'check 17: each consumer gets its own answer' => sub {
	$w->enter($page, $query, @hidden);
	$w->request({mt => 'GetDevice', hwId => $ids[$_]}, consumer => "c$_") for 0, 1;
	$w->wait_got('ApiResult', 2);
	is_deeply [sort map { "$_->{api} $_->{consumer} $_->{src} "
	    . $_->{msg}{device}{hwId} } results()],
	    [map { "$api c$_ apisrc-1 $ids[$_]" } 0, 1],
	    'two with the same src get theirs, each one';
};

subtest 'check 18: the src of a request, and that inside' => sub {
	$w->enter($page, $query, @hidden);
	$w->request({mt => 'GetDevice', hwId => $ids[0]}, src => undef);
	my $r = $w->wait_got('ApiResult');
	ok !defined $r->{src}, 'none outside: none in the answer';
	ok !exists $r->{msg}{src}, '... nor inside';
	$w->request({mt => 'GetDevice', hwId => $ids[0], src => 'inner'}, src => 'outer');
	$r = $w->wait_got('ApiResult', 2);
	is "$r->{src} $r->{msg}{src}", 'outer inner', 'both stay where they were';
	my ($last) = reverse $w->sent('GetDevice');
	unlike $last, qr/inner|outer/, 'on the way it has one of ours';
};

subtest 'check 19: long lists are one answer' => sub {
	$w->framed($page, $query);
	$w->say($w->login_for($w->wait_got('getLogin'), @hidden,
	    domain => 'south.example'));
	$w->wait_got('RegisterApi');
	my $at = $w->outside('return performance.now()');
	$w->request({mt => 'GetPhones'});
	my $r = $w->wait_got('ApiResult');
	cmp_ok $r->{at} - $at, '<', 5000, 'within 5 s';
	my %all = map { $_->{hwId} => 1 } @{$r->{msg}{phones}};
	is scalar keys %all, MANY, 'all are in it';
	ok $r->{msg}{last}, '... and it says that it is the last';
	$w->request({mt => 'GetDects'});
	$r = $w->wait_got('ApiResult', 2);
	is_deeply [$r->{msg}{dects}, $r->{msg}{last}], [[], Mojo::JSON->true],
	    'an empty one has an empty list';
	heard();
	is scalar(results()), 2, 'one answer for each';
};

subtest 'check 20: what is not of this API does not pass' => sub {
	$w->enter($page, $query, @hidden);
	my @other = qw(DeleteDevice GetUserInfo SetDeviceFilter AddDomain AppLogin
	    GetDomains EditDevice constructor toString __proto__);
	my $before = @{$w->inside('return seen.sent')};
	$w->request({mt => $_}) for @other;
	$w->wait_got('ApiResult', scalar @other);
	is_deeply [map { "$_->{msg}{mt} $_->{msg}{error}" } results()],
	    [map { "${_}Result not supported" } @other], 'each does not pass';
	is scalar @{$w->inside('return seen.sent')}, $before, '... and none is sent';
};

subtest 'check 21: a consumer that goes, and a server that does' => sub {
	$w->enter($page, $query, @hidden);
	ok $f->hold('devices'), 'the program that answers stands still';
	$w->request({mt => 'GetDevice', hwId => $ids[0]}, consumer => 'gone');
	$w->say({mt => 'ApiConsumerClosed', api => $api, consumer => 'gone'});
	heard();
	$f->signal('devices', 'CONT');
	ok wait_until(sub { grep { /GetDeviceResult/ } @{$w->inside('return seen.came')} }),
	    'the answer for one that has gone comes';
	$w->request({mt => 'GetDevice', hwId => $ids[1]}, consumer => 'other');
	is $w->wait_got('ApiResult')->{consumer}, 'other', '... and is given to nobody';
	ok $f->hold('devices'), 'the program that answers stands still';
	$w->request({mt => $_}, src => $_) for qw(GetPhones GetGateways GetDects);
	heard();
	$f->kill_program('hub');
	$w->wait_got('ApiResult', 4);
	$f->signal('devices', 'CONT');
	my (undef, @lost) = results();
	is_deeply [map { "$_->{src} $_->{msg}{error}" } @lost], [map {
	    "$_ connection lost" } qw(GetPhones GetGateways GetDects)],
	    'when the server goes each open one gets an error';
	is_deeply [map { $_->{msg}{last} } @lost], [(Mojo::JSON->true) x 3],
	    '... that ends its list';
	$f->ready;
	$c->complaints;
};

subtest 'check 23: a code, and the device that uses it' => sub {
	$w->enter($page, $query, @hidden);
	my $code = sub ($consumer, $n) {
		$w->request({mt => 'GetProvisioningCode', category => 'Phones',
		    sip => 'anna'}, src => "code-$n", consumer => $consumer);
		return $w->wait_got('ApiResult', $n)->{msg}{code} // '';
	};
	my $uses = sub ($id, $code) {
		my $device = $f->device(id => $id, more => {provisioningCode => $code});
		$device->connect;
		$device->wait_for('password');
		my $told = wait_until(sub { grep { /DeviceProvisioned/ && /$id/ }
		    @{$w->inside('return seen.came')} });
		$device->disconnect;
		return $told;
	};
	my $first = $code->('events', 1);
	like $first, qr/^\d{12}$/, 'a code';
	ok $uses->('0090334100c7', $first), 'a device uses it';
	my $r = $w->wait_got('ApiResult', 2);
	is "$r->{msg}{mt} $r->{consumer} $r->{src}", 'DeviceProvisioned events code-1',
	    'who asked is told';
	is $r->{msg}{device}{hwId}, '0090334100c7', '... with the device';
	my $second = $code->('gone', 3);
	$w->say({mt => 'ApiConsumerClosed', api => $api, consumer => 'gone'});
	heard();
	ok $uses->('0090334100c8', $second), 'the server tells of another one';
	$w->request({mt => 'GetDevice', hwId => $ids[0]}, consumer => 'other');
	is $w->wait_got('ApiResult', 4)->{consumer}, 'other',
	    '... whose consumer has gone, and hears nothing';
	is scalar(results()), 4, 'nor does anybody else';
	$w->is_quiet('a code');
};

$c->end;
done_testing;
