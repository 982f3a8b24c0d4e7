package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/fatih/color"
	"github.com/spf13/cobra"
)

func (a *app) configCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "config",
		Short:   "Check the configuration, or print an example",
		Example: "  goodstanding config example > goodstanding.toml\n  goodstanding config check",
		Args:    onlyCommands,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	check := &cobra.Command{
		Use:     "check [FILE]",
		Short:   "Say what is wrong with a configuration: all of it at once",
		Example: "  goodstanding config check /etc/goodstanding/config.toml",
		Args:    cobra.MaximumNArgs(1),
	}
	asJSON := check.Flags().Bool("json", false, "print one JSON object a mistake")
	check.RunE = func(_ *cobra.Command, args []string) error {
		if len(args) == 1 {
			a.configPath = args[0]
		}
		cfg, err := a.config()
		var wrong *ConfigError
		if errors.As(err, &wrong) && *asJSON {
			enc := json.NewEncoder(a.out)
			enc.SetEscapeHTML(false)
			for _, m := range wrong.Mistakes {
				if err := enc.Encode(map[string]any{"file": wrong.Path, "line": m.Line, "key": m.Key, "problem": m.Problem, "suggestion": m.Suggestion}); err != nil {
					return err
				}
			}
			return fmt.Errorf("%s has %d mistakes", wrong.Path, len(wrong.Mistakes))
		}
		if err != nil {
			return err
		}
		if *asJSON {
			return nil
		}
		p := newPrinter(a.out, a.env)
		for _, w := range cfg.Warnings {
			p.wrapped(p.paint("▲ ", color.FgYellow), "  ", w)
		}
		name := cfg.Path
		if name == "" {
			name = "No configuration file was found; the defaults"
		}
		p.printf("%s: no mistakes.\n  inbox     %s\n  database  %s\n", name, cfg.InboxDir, cfg.Database)
		if channels := cfg.channelNames(); slices.Equal(channels, []string{logChannel}) {
			p.printf("  Slack     off: alerts go to the log. Set slack.token and slack.channel, or slack.webhook_url, to be told.\n")
		} else {
			p.printf("  channels  %s; `goodstanding alerts test` sends each a message\n", strings.Join(channels, ", "))
		}
		return p.err
	}
	example := &cobra.Command{
		Use:     "example",
		Short:   "Print an example configuration with every setting and its default",
		Example: "  goodstanding config example > goodstanding.toml",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprint(a.out, ExampleConfig(targets()))
			return err
		},
	}
	cmd.AddCommand(check, example)
	return cmd
}
