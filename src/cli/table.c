#include "table.h"

#include <string.h>

#include "count.h"
#include "status.h"

static const struct cli_command *const tables[] = {cmd_instance, cmd_domain,
    cmd_list, cmd_device, cmd_bulk, cmd_fleet, cmd_figures, cmd_account,
    cmd_alarm, cmd_rental, cmd_trunk, cmd_code, cmd_config, cmd_phone,
    cmd_phone_setting, cmd_template, cmd_phone_import, cmd_job, cmd_backup,
    cmd_move, cmd_appstore, cmd_site, cmd_store};

/* ---- finding ---- */

size_t
table_matches(const struct cli_command *c, const char *const *argv)
{
	struct str rest = str_of(c->verb), word;
	size_t n = 1;

	if (argv[0] == NULL || strcmp(c->noun, argv[0]) != 0)
		return 0;
	while (c->verb != NULL && str_next(&rest, ' ', &word)) {
		if (argv[n] == NULL || !str_eqz(word, argv[n]))
			return 0;
		n++;
	}
	return n;
}

const struct cli_command *
table_find(const char *const *argv)
{
	for (size_t t = 0; t < COUNT(tables); t++)
		for (const struct cli_command *c = tables[t]; c->noun; c++)
			if (table_matches(c, argv) > 0)
				return c;
	return NULL;
}

bool
table_has_noun(const char *word)
{
	for (size_t t = 0; t < COUNT(tables); t++)
		for (const struct cli_command *c = tables[t]; c->noun; c++)
			if (c->verb != NULL && strcmp(c->noun, word) == 0)
				return true;
	return false;
}

/* ---- help ---- */

static void
print_usage(FILE *to, const struct cli_command *c)
{
	fprintf(to, "fleetline %s%s%s%s%s", c->noun, c->verb ? " " : "",
	    c->verb ? c->verb : "", c->words[0] ? " " : "", c->words);
	for (const struct opt_spec *s = c->syntax.specs; s->name != NULL; s++)
		fprintf(to, " %s--%s%s%s%s%s", s->flags & OPT_MUST ? "" : "[",
		    s->name, s->value ? " " : "", s->value ? s->value : "",
		    s->flags & OPT_MUST ? "" : "]",
		    s->flags & OPT_MANY ? "..." : "");
	fputc('\n', to);
}

static int
end_help(FILE *to)
{
	fprintf(to,
	    "\nThe configuration is FILE, else $FLEETLINE_CONF, else %s.\n",
	    CLI_CONF_DEFAULT);
	if (fflush(to) == 0)
		return STATUS_DONE;
	perror("fleetline: cannot write the output");
	return STATUS_FAILED;
}

int
table_help(FILE *to, const char *noun)
{
	fprintf(to, "usage: fleetline [-c FILE] %s\n\nCommands:\n",
	    noun == NULL ? "COMMAND" : noun);
	for (size_t t = 0; t < COUNT(tables); t++)
		for (const struct cli_command *c = tables[t]; c->noun; c++) {
			if (noun != NULL && strcmp(c->noun, noun) != 0)
				continue;
			fputs("  ", to);
			print_usage(to, c);
			fprintf(to, "      %s\n", c->help);
		}
	return end_help(to);
}

int
table_help_one(FILE *to, const struct cli_command *c)
{
	fputs("usage: ", to);
	print_usage(to, c);
	fprintf(to, "\n%s\n", c->help);
	return end_help(to);
}

/* ---- completion ---- */

/* Words that were typed, without "-c FILE" and options, choose the commands;
 * of these the next word, or the options. */
static const char completion[] =
    "_fleetline() {\n"
    "	local cur=${COMP_WORDS[COMP_CWORD]} said= i name options word\n"
    "	for ((i = 1; i < COMP_CWORD; i++)); do\n"
    "		case ${COMP_WORDS[i]} in\n"
    "		-c) ((i++));;\n"
    "		-*) ;;\n"
    "		help) [ -z \"$said\" ] || said+=\"help \";;\n"
    "		*) said+=\"${COMP_WORDS[i]} \";;\n"
    "		esac\n"
    "	done\n"
    "	COMPREPLY=()\n"
    "	while IFS='|' read -r name options; do\n"
    "		word=\n"
    "		if [[ $cur == -* && \"$said \" == \"$name \"* ]]; then\n"
    "			word=$options\n"
    "		elif [[ \"$name \" == \"$said\"* ]]; then\n"
    "			word=\"$name \"\n"
    "			word=${word#\"$said\"}\n"
    "			word=${word%% *}\n"
    "		fi\n"
    "		COMPREPLY+=($(compgen -W \"$word\" -- \"$cur\"))\n"
    "	done <<'end'\n";

static const char completion_end[] =
    "end\n"
    "	[ ${#COMPREPLY[@]} -eq 0 ] || mapfile -t COMPREPLY \\\n"
    "	    < <(printf '%s\\n' \"${COMPREPLY[@]}\" | sort -u)\n"
    "}\n"
    "complete -o default -F _fleetline fleetline\n";

int
table_completion(struct cli *cli, const struct opts *o)
{
	(void)o;
	cli_printf(cli, "%s", completion);
	for (size_t t = 0; t < COUNT(tables); t++)
		for (const struct cli_command *c = tables[t]; c->noun; c++) {
			cli_printf(cli, "%s%s%s|--help", c->noun,
			    c->verb ? " " : "", c->verb ? c->verb : "");
			for (const struct opt_spec *s = c->syntax.specs;
			     s->name != NULL; s++)
				cli_printf(cli, " --%s", s->name);
			cli_printf(cli, "\n");
		}
	cli_printf(cli, "%s", completion_end);
	return 0;
}
