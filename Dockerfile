FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o /duban ./cmd/duban && mkdir /data

# Nothing but the program, the certificates to call the platforms with, and a place to write.
FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /duban /duban
COPY --from=build --chown=65532:65532 /data /data
USER 65532:65532
WORKDIR /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["/duban", "health", "http://127.0.0.1:8080/healthz"]
ENTRYPOINT ["/duban"]
CMD ["serve", "-c", "/etc/duban/duban.yaml"]
