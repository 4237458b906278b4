# Sheet -- a CSV file as LibreOffice Calc reads it in a language, for tests.
#
#	my $rows = Sheet::calc($folder, $csv, 'de');
#	is $rows->[1][1]{type}, 'date';		# or number, text; undef: empty
#	is $rows->[1][1]{value}, '2026-03-29 01:59:59';
#
# Calc converts the file to xlsx, whose cells say what it took them for.  Needs
# soffice (Debian's libreoffice-calc-nogui).
package Sheet;
use Mojo::Base -strict, -signatures;
use IO::Uncompress::Unzip qw(unzip $UnzipError);
use Mojo::DOM;
use Mojo::File qw(path);
use POSIX qw(strftime);

my %lcid = (en => 1033, de => 1031);	# of Microsoft, as Calc's filter wants

sub part ($xlsx, $name) {
	unzip("$xlsx" => \my $text, Name => $name)
	    or die "$name: $UnzipError\n";
	utf8::decode($text);
	return Mojo::DOM->new->xml(1)->parse($text);
}

sub convert ($folder, $csv, $lang) {
	my $in = path($folder, "$lang.csv")->spurt($csv);
	# Semicolon, quotes, UTF-8, from line 1, language, quoted fields are
	# text, numbers and dates are looked for.
	my $filter = "CSV:59,34,76,1,,$lcid{$lang},true,true";
	system('sh', '-c', 'exec "$@" >"$0" 2>&1', path($folder, 'soffice.log'),
	    'soffice', '--headless', "-env:UserInstallation=file://$folder/office",
	    "--infilter=$filter", '--convert-to', 'xlsx', '--outdir', $folder,
	    "$in") == 0 or die path($folder, 'soffice.log')->slurp;
	return path($folder, "$lang.xlsx");
}

# Which of the sheet's styles show a date.
sub date_styles ($xlsx) {
	my $styles = part($xlsx, 'xl/styles.xml');
	my %format = map { $_->attr('numFmtId') => $_->attr('formatCode') }
	    $styles->find('numFmts > numFmt')->each;
	my $n = 0;
	return map { $n++ => (($format{$_->attr('numFmtId')} // '') =~ /[ymdh]/i
	    && $_->attr('numFmtId') != 164 ? 1 : 0) }
	    $styles->find('cellXfs > xf')->each;
}

# Days since 1899-12-30 as a date and time.
sub moment ($days) {
	return strftime('%Y-%m-%d %H:%M:%S',
	    gmtime(int(($days - 25569) * 86400 + 0.5)));
}

sub cell ($c, $texts, $dates) {
	my $value = $c->at('v') ? $c->at('v')->text : '';
	my $type = $c->attr('t') // 'n';
	return {type => 'text', value => $texts->[$value]} if $type eq 's';
	return {type => 'formula', value => $value} if $c->at('f');
	return {type => $type, value => $value} if $type ne 'n';
	return if $value eq '';
	return {type => 'date', value => moment($value)}
	    if $dates->{$c->attr('s') // 0};
	return {type => 'number', value => $value};
}

# Number of a column from its letters: A is 0.
sub place ($name) {
	my $n = 0;
	$n = $n * 26 + ord($_) - 64 for split //, $name =~ s/\d+//r;
	return $n - 1;
}

sub calc ($folder, $csv, $lang) {
	my $xlsx = convert($folder, $csv, $lang);
	my @texts = map { $_->all_text }
	    part($xlsx, 'xl/sharedStrings.xml')->find('si')->each;
	my %dates = date_styles($xlsx);
	return [map {
		my @row;
		$row[place($_->attr('r'))] = scalar cell($_, \@texts, \%dates)
		    for $_->find('c')->each;
		\@row;
	} part($xlsx, 'xl/worksheets/sheet1.xml')->find('row')->each];
}

1;
