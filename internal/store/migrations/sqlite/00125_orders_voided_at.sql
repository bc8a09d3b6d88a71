-- +goose Up
ALTER TABLE `orders` ADD COLUMN `voided_at` BIGINT NOT NULL DEFAULT 0;
