// Command goodstanding watches marketplace seller accounts from the export files that a seller downloads, and tells
// people before a limit is crossed. See `goodstanding --help`.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"
	_ "time/tzdata" // a day is a day of the marketplace's clock, on machines without zone data too

	"github.com/spf13/cobra"

	_ "goodstanding/cmd/goodstanding/start" // before what is large
)

// The exit codes.
const (
	exitOK       = 0 // nothing critical
	exitFailure  = 1
	exitUsage    = 2
	exitCritical = 3 // something critical was found
)

func main() {
	// Nobody reads a profile of this program's heap, and its table grows by a page for many a place that allocates.
	runtime.MemProfileRate = 0
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr, os.Getenv)
	stop()
	os.Exit(code)
}

// app is what commands share.
type app struct {
	out, errOut io.Writer
	env         func(string) string
	now         func() time.Time
	configPath  string // --config
}

// errCritical ends a command whose output says all: it sets the exit code.
var errCritical = errors.New("something critical was found")

// usageError is a mistake in how the command was called.
type usageError struct{ error }

// run carries out the command line and returns the exit code.
func run(ctx context.Context, args []string, out, errOut io.Writer, env func(string) string) int {
	a := &app{out: out, errOut: errOut, env: env, now: time.Now}
	root := a.root()
	root.SetArgs(args)
	root.SetOut(out)
	root.SetErr(errOut)
	err := root.ExecuteContext(ctx)
	var usage usageError
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errCritical):
		return exitCritical
	case errors.As(err, &usage):
		_, _ = fmt.Fprintf(errOut, "goodstanding: %v\n", err)
		return exitUsage
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		_, _ = fmt.Fprintln(errOut, "goodstanding: interrupted")
		return exitFailure
	default:
		_, _ = fmt.Fprintf(errOut, "goodstanding: %v\n", err)
		return exitFailure
	}
}

// root builds the command tree.
func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		SuggestionsMinimumDistance: 2,
		Use:                        "goodstanding",
		Short:                      "Tells you what threatens a marketplace seller account, before the limit is crossed",
		Long: `Goodstanding reads the export files that you already download from Seller Central, counts as Amazon counts,
and says what threatens the account: what exactly, how many are left, by when, and what to do today.
It needs no credentials, and nothing leaves this machine.`,
		Example: `  goodstanding demo                    see it work on made-up accounts
  goodstanding report ~/Downloads      read a folder of exports
  goodstanding run --config goodstanding.toml`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          onlyCommands,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.PersistentFlags().StringVar(&a.configPath, "config", "", "configuration file (default: the first of ./goodstanding.toml, ~/.config/goodstanding/config.toml, /etc/goodstanding/config.toml that exists)")
	root.AddCommand(a.replayCommand(), a.reportCommand(), a.identifyCommand(), a.templateCommand(), a.importCommand(), a.checkCommand(), a.statusCommand(), a.showCommand(), a.linksCommand(), a.classifyCommand(), a.checksCommand(), a.alertsCommand(),
		a.runCommand(), a.configCommand(), a.demoCommand(), a.verifyCommand(), a.versionCommand())
	root.PersistentPreRun = func(cmd *cobra.Command, _ []string) { frugal(cmd.Name()) }
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return usageOf(cmd, err) })
	wrapUsage(root)
	return root
}

// frugal makes the commands that import collect garbage more often. A background service on somebody's laptop: a third less memory
// while a large export is imported, for a twentieth more of its time. Those that read much collect as usual, and the others are
// done before it would tell: they keep what package start has set.
func frugal(command string) {
	switch {
	case os.Getenv("GOGC") != "":
	case slices.Contains([]string{"run", "import", "report", "replay", "demo"}, command):
		debug.SetGCPercent(40)
	case slices.Contains([]string{"identify", "classify", "links", "verify"}, command):
		debug.SetGCPercent(100)
	}
}

// onlyCommands refuses words that are no command, and says which one was probably meant.
func onlyCommands(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		return fmt.Errorf("there is no command %q; did you mean %s?", args[0], strings.Join(near, " or "))
	}
	return fmt.Errorf("there is no command %q", args[0])
}

// wrapUsage makes every mistake in arguments a usage error that shows how to call the command.
func wrapUsage(cmd *cobra.Command) {
	if check := cmd.Args; check != nil {
		cmd.Args = func(cmd *cobra.Command, args []string) error {
			if err := check(cmd, args); err != nil {
				return usageOf(cmd, err)
			}
			return nil
		}
	}
	for _, c := range cmd.Commands() {
		wrapUsage(c)
	}
}

func usageOf(cmd *cobra.Command, err error) error {
	return usageError{fmt.Errorf("%w\nUsage: %s\nSee `%s --help`", err, cmd.UseLine(), cmd.CommandPath())}
}

// atFlag adds --at and returns what it means.
func (a *app) atFlag(cmd *cobra.Command) func() (time.Time, error) {
	var text string
	cmd.Flags().StringVar(&text, "at", "", "judge as of this time, for example 2026-11-20T18:00:00Z, or a day, meaning its end in UTC (default: now)")
	return func() (time.Time, error) {
		if text == "" {
			return a.now().UTC(), nil
		}
		for _, form := range []string{time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04"} {
			if t, err := time.Parse(form, text); err == nil {
				return t.UTC(), nil
			}
		}
		if t, err := time.Parse(time.DateOnly, text); err == nil {
			return t.AddDate(0, 0, 1).Add(-time.Second), nil
		}
		return time.Time{}, usageOf(cmd, fmt.Errorf("--at %q is no time; write it as 2026-11-20T18:00:00Z or 2026-11-20", text))
	}
}
