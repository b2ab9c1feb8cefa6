package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rettidig/rettidig/api"
	"github.com/rettidig/rettidig/datasets/cohort"
	"github.com/rettidig/rettidig/datasets/pseudonym"
	"github.com/rettidig/rettidig/pipeline"
)

func serveCommand() *cobra.Command {
	var work, registryDir, db, mode, addr, keyFile, protocolFile, place string
	cmd := &cobra.Command{
		Use:   "serve --work DIR --registry DIR --db sqlite:FILE --mode MODE",
		Short: "Serve an event store and a registry that are there already",
		Long: `serve loads the newest model of each target and the event store, and answers. People log in by choosing a persona,
which is possible on synthetic data only: on real data serve refuses to start until there is a login.`,
		Example: `  scorer serve --work work --registry models --db sqlite:ledger.db --mode live`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			file, ok := strings.CutPrefix(db, "sqlite:")
			if !ok || file == "" {
				return fmt.Errorf("--db: %q is not of the form sqlite:FILE, the one database this version has", db)
			}
			key, err := readKey(keyFile)
			if err != nil {
				return err
			}
			p := cohort.Default()
			if protocolFile != "" {
				if p, err = cohort.ReadProtocol(protocolFile); err != nil {
					return err
				}
			}
			l, err := listen(addr)
			if err != nil {
				return err
			}
			defer l.Close()
			d, err := pipeline.Load(ctx, work)
			if err != nil {
				return err
			}
			if !d.Manifest.Synthetic {
				return errors.New("this event store may hold real citizens, and this version has no login that real citizens may be seen behind")
			}
			if !loopback(l) {
				return fmt.Errorf("--addr %s can be reached from elsewhere, and a login by choice of person may not: use 127.0.0.1", addr)
			}
			h, closeAll, err := handler(ctx, parts{
				data: d, registry: registryDir, db: file, key: key, protocol: p, mode: mode, place: place, log: logger(cmd.ErrOrStderr()),
			})
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "http://%s\n", l.Addr())
			return errors.Join(serve(ctx, l, h), closeAll())
		},
	}
	f := cmd.Flags()
	f.StringVar(&work, "work", "", "work folder with the event store")
	f.StringVar(&registryDir, "registry", "", "folder of the model registry")
	f.StringVar(&db, "db", "", "ledger: sqlite:FILE")
	f.StringVar(&mode, "mode", "", api.Development+", "+api.Shadow+" or "+api.Live)
	f.StringVar(&addr, "addr", "127.0.0.1:8080", "address to listen on")
	f.StringVar(&keyFile, "key", "", "pseudonym key; without it the demo key")
	f.StringVar(&protocolFile, "protocol", "", "label protocol (YAML); without it the built-in one")
	f.StringVar(&place, "municipality", "Demokommune", "name shown on the screen")
	for _, name := range []string{"work", "registry", "db", "mode"} {
		if err := cmd.MarkFlagRequired(name); err != nil {
			panic("scorer: " + err.Error())
		}
	}
	return cmd
}

func readKey(file string) (pseudonym.Key, error) {
	if file == "" {
		return pseudonym.DemoKey(), nil
	}
	return pseudonym.ReadKey(file)
}
