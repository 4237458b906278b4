# Delivery -- an instance with a domain whose devices get configurations, for the
# tests of fleetline-deliver.
#
#	use Fleetline;
#	use Delivery;
#	my $x = Delivery->new(conf => ...);
#	my $id = $x->add(type => 'NTP', ...);
#	my $d = $x->phone;
#	ok $x->becomes($d, $id, DELIVERED);
package Delivery;
use Mojo::Base 'Fleetline', -signatures;
use Configured;
use Mojo::JSON qw(decode_json);
use Time::HiRes qw(time);

use constant {RUNNING => 1, DELIVERED => 2, FAILED => 3, STOPPED => 4,
    PASSWORD => 'Zq3fT7_wLr!9aXc2Vb5nM8kJ1hG6dS0e'};

has north => sub ($self) {
	my ($north) = grep { $_->{name} eq 'north.example' }
	    @{$self->api({mt => 'GetDomains'})->{domains}};
	return $north->{id};
};

sub import {
	my $caller = caller;
	no strict 'refs';
	*{"${caller}::$_"} = \&$_ for qw(RUNNING DELIVERED FAILED STOPPED PASSWORD);
}

sub start ($self) {
	$self->SUPER::start;
	$self->cli(qw(domain add north.example --deploy yes))
	    unless $self->{begun}++;
	return $self;
}

sub add ($self, %c) {
	my $r = $self->api({mt => 'AddDeviceConfig',
	    config => {domainId => $self->north, %c}});
	return $r->{id} // die "add: $r->{error}";
}

sub edit ($self, $id, %c) {
	my $r = $self->api({mt => 'EditDeviceConfig', config => {id => $id, %c}});
	die "edit: $r->{error}" if $r->{error};
}

sub drop ($self, $id) { $self->api({mt => 'DeleteDeviceConfig', id => $id}) }

sub import_devices ($self, @rows) {
	$self->cli(qw(import devices), $self->secret_file(join "\n",
	    'hwId,domain,type,categories,sysclient_password',
	    map { join ',', @$_ } @rows));
}

# A device that is in the domain and has its password.
sub phone ($self, %o) {
	my $id = sprintf '00903308%04x', ++$self->{phones};
	$self->import_devices([$id, 'north.example', delete $o{type} // 'PHONE',
	    delete $o{categories} // '', PASSWORD]);
	return Configured->new(url => $self->sysclient_url, id => $id,
	    password => PASSWORD, %o)->connect;
}

# What the store says became of a configuration at a device.
sub state_of ($self, $d, $config) {
	my (undef, $out) = $self->command($self->sqlite('-json'),
	    'SELECT s.revision, s.result, s.why, s.line FROM config_state s'
	    . ' JOIN device d ON d.id = s.device_id'
	    . " WHERE d.hw_id = '" . $d->id . "' AND s.config_id = $config");
	return $out =~ /\S/ ? decode_json($out)->[0] : {};
}

# Looks now and then: meanwhile devices of this process do not answer.
sub becomes ($self, $d, $config, $result, $revision = undef) {
	my $next = 0;
	return Fleetline::wait_until(sub {
		return if time < $next;
		my $s = $self->state_of($d, $config);
		$next = time + 0.1;
		($s->{result} // 0) == $result
		    && (!defined $revision || $s->{revision} == $revision) && $s;
	}, 15);
}

1;
