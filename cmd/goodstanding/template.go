package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"goodstanding/monitor/exports"
)

func (a *app) templateCommand() *cobra.Command {
	var names, lines []string
	for _, f := range exports.Formats() {
		if f.Template != "" {
			names = append(names, string(f.Kind))
			lines = append(lines, fmt.Sprintf("  %-12s%s", f.Kind, strings.TrimPrefix(f.Where, "Your own list, ")))
		}
	}
	return &cobra.Command{
		Use:       "template NAME",
		Short:     "Print a list of your own to fill in: what Amazon exports to nobody",
		Long:      "Prints the header and a made-up row of a list that you keep yourself. Put the filled-in file into the account's folder.\n\n" + strings.Join(lines, "\n"),
		Example:   "  goodstanding template claims > claims.csv",
		Args:      cobra.ExactArgs(1),
		ValidArgs: names,
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, f := range exports.Formats() {
				if f.Template != "" && string(f.Kind) == strings.TrimSuffix(args[0], ".csv") {
					_, err := fmt.Fprint(a.out, f.Template)
					return err
				}
			}
			return usageOf(cmd, fmt.Errorf("there is no template %q; there are %s", args[0], strings.Join(names, ", ")))
		},
	}
}
