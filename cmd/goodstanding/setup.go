package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"goodstanding/checks"
	"goodstanding/monitor"
	"goodstanding/monitor/links"
	"goodstanding/monitor/store"
)

// targets offers every check, with its defaults, to the configuration.
func targets() []CheckTarget {
	var all []CheckTarget
	for _, e := range checks.All() {
		all = append(all, CheckTarget{Signal: string(e.Signal), About: e.Finds, Daily: e.Daily, Fields: e.New(checks.Rules{})})
	}
	return all
}

// config loads the configuration: the file that --config names, else the first of the usual places that has one. With
// none, everything is at its default and lives in the user's own data folder.
func (a *app) config() (*Config, error) {
	path := a.configPath
	if path == "" {
		for _, p := range a.usualPlaces() {
			if _, err := os.Stat(p); err == nil {
				path = p
				break
			} else if !errors.Is(err, fs.ErrNotExist) {
				return nil, fmt.Errorf("look for a configuration: %w", err)
			}
		}
	}
	cfg, err := LoadConfig(path, a.env, targets())
	if err != nil {
		return nil, err
	}
	if path == "" {
		cfg.below(a.dataHome())
	}
	return cfg, nil
}

// usualPlaces are where a configuration is looked for.
func (a *app) usualPlaces() []string {
	places := []string{"goodstanding.toml"}
	if dir := a.env("XDG_CONFIG_HOME"); dir != "" {
		places = append(places, filepath.Join(dir, "goodstanding", "config.toml"))
	} else if home := a.env("HOME"); home != "" {
		places = append(places, filepath.Join(home, ".config", "goodstanding", "config.toml"))
	}
	return append(places, "/etc/goodstanding/config.toml")
}

// dataHome is where data live without a configuration.
func (a *app) dataHome() string {
	if dir := a.env("XDG_DATA_HOME"); dir != "" {
		return filepath.Join(dir, "goodstanding")
	}
	if home := a.env("HOME"); home != "" {
		return filepath.Join(home, ".local", "share", "goodstanding")
	}
	return "goodstanding-data"
}

// below puts all data under a folder.
func (c *Config) below(dir string) {
	c.DataDir = dir
	c.InboxDir, c.ArchiveDir, c.RejectedDir = filepath.Join(dir, "inbox"), filepath.Join(dir, "archive"), filepath.Join(dir, "rejected")
	c.Database = filepath.Join(dir, "goodstanding.db")
}

// home returns the marketplace that the configuration gives an account, or "".
func (c *Config) home(account string) monitor.Marketplace { return c.Accounts[account].Marketplace }

// watchers returns the checks that are switched on, as configured.
func (c *Config) watchers() ([]watcher, error) {
	var all []watcher
	for _, e := range checks.All() {
		settings := c.Checks[e.Signal]
		if !settings.Enabled {
			continue
		}
		check := e.New(checks.Rules{Book: c.Book()})
		if err := c.Configure(e.Signal, check); err != nil {
			return nil, err
		}
		all = append(all, watcher{entry: e, check: check, spec: settings.Schedule})
	}
	return all, nil
}

// equip gives a store what its snapshots read complaints with and tie accounts by.
func equip(s *store.Store, causes phrases) {
	s.Causes, s.CausesID, s.Link = causes.read, causes.id(), links.Ties
}

// open loads the configuration and opens its database.
func (a *app) open(ctx context.Context) (*Config, *store.Store, error) {
	cfg, err := a.config()
	if err != nil {
		return nil, nil, err
	}
	s, err := store.Open(ctx, cfg.Database)
	if err != nil {
		return nil, nil, err
	}
	equip(s, cfg.causeReader())
	return cfg, s, nil
}

// logger writes as the configuration says, to standard error: systemd keeps it.
func (a *app) logger(cfg *Config) *slog.Logger {
	options := &slog.HandlerOptions{Level: cfg.LogLevel}
	if cfg.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(a.errOut, options))
	}
	return slog.New(slog.NewTextHandler(a.errOut, options))
}
