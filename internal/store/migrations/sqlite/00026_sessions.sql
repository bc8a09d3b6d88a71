-- +goose Up
CREATE TABLE `sessions` (
  `token` VARCHAR(64) NOT NULL DEFAULT '',
  `data` BLOB NOT NULL,
  `expires_at` BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (`token`)
);
CREATE INDEX `sessions_by_expires_at` ON `sessions` (`expires_at`);
