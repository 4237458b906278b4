# Ledger -- rows of the rental history straight into the store, for tests that
# need times of the past, or a million rows.
#
#	my $id = Ledger::project($f, 'red.example');
#	Ledger::row($f, $id, time => 1774746000000, what => 1, ...);
#	Ledger::many($f, $id, 1_000_000, $first_ms, $step_ms);
#
# The rows look like real ones, but for their hashes.
package Ledger;
use Mojo::Base -strict, -signatures;
use IPC::Open3;

my %number;

sub sql ($f, $text) {
	my $pid = open3(my $in, '>&STDERR', '>&STDERR', $f->sqlite('-bail'));
	binmode $in, ':utf8';
	print $in $text;
	close $in;
	waitpid $pid, 0;
	die "sqlite3: status $?\n" if $?;
}

sub quote ($text) { "'" . $text =~ s/'/''/gr . "'" }

# A project that rents nothing at the moment, so that nothing is settled; gives
# the id of the domain.
sub project ($f, $name) {
	my ($id) = map { $_->{id} } grep { $_->{name} eq $name }
	    @{$f->api({mt => 'GetDomains'})->{domains}};
	sql($f, 'INSERT INTO project (domain_id, domain, number, head, time,'
	    . ' balance, monthly, unpaid_day, paid, end_time, seal) VALUES ('
	    . "$id, " . quote($name) . ", 1, zeroblob(32), 0, 0, 0, 0, 0, 0,"
	    . ' zeroblob(32));');
	return $id;
}

my %otherwise = (domain => 'red.example', who => 'local', what => 2,
    gateway => '', licence => '', count => 0, price => 0, monthly => 0,
    amount => 0, balance => 0, end_time => 0, reference => '', note => '');

sub row ($f, $id, %row) {
	%row = (%otherwise, %row, domain_id => $id,
	    number => ++$number{$f->state}{$id});
	my @names = sort keys %row;
	sql($f, 'INSERT INTO ledger (hash, ' . join(', ', @names)
	    . ') VALUES (zeroblob(32), ' . join(', ', map {
		$row{$_} =~ /^-?\d+$/ && !/^(?:gateway|licence|reference)$/
		    ? $row{$_} : quote($row{$_}) } @names) . ');');
	return $row{number};
}

# Rows 1 to $n, one every $step milliseconds after $first.
sub many ($f, $id, $n, $first, $step) { more($f, $id, 1, $n, $first, $step) }

sub more ($f, $id, $from, $to, $first, $step) {
	sql($f, <<"END");
INSERT INTO ledger SELECT $id, value, $first + value * $step,
 'red.example', 'domain:' || $id, 2 + value % 3,
 printf('009033%06x', value % 5000), 'PBX-USER-' || (value % 20),
 value % 50, 1500, 1500 * (value % 1000), -(value % 7000),
 1000000000 - value * 7, $first + value * $step + 7776000000,
 'order ' || (value / 100), '', zeroblob(32)
FROM generate_series($from, $to);
END
}

# What a query says, a line per row.
sub value ($f, $query) {
	my $pid = open3(my $in, my $out, '>&STDERR', $f->sqlite('-bail'), $query);
	close $in;
	chomp(my @lines = <$out>);
	waitpid $pid, 0;
	die "sqlite3: status $?\n" if $?;
	return @lines;
}

1;
