package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/spf13/cobra"
)

// health is for containers without a shell or curl.
func health() *cobra.Command {
	return &cobra.Command{
		Use:     "health URL",
		Short:   "服务是否正常（容器健康检查用）",
		Example: "  duban health http://127.0.0.1:8080/healthz",
		Args:    one("duban health http://127.0.0.1:8080/healthz"),
		RunE: func(c *cobra.Command, args []string) error {
			ctx, cancel := context.WithTimeout(c.Context(), 4*time.Second)
			defer cancel()
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, args[0], nil)
			if err != nil {
				return fmt.Errorf("%w: 地址不对", errUsage)
			}
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				return fmt.Errorf("服务没有应答")
			}
			defer func() { _ = res.Body.Close() }()
			if res.StatusCode != http.StatusOK {
				return fmt.Errorf("服务应答状态 %d", res.StatusCode)
			}
			return nil
		},
	}
}
