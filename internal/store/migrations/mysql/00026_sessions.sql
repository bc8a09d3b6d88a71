-- +goose Up
CREATE TABLE `sessions` (
  `token` VARCHAR(64) NOT NULL DEFAULT '',
  `data` LONGBLOB NOT NULL,
  `expires_at` BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (`token`),
  KEY `sessions_by_expires_at` (`expires_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
