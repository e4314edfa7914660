#!/bin/bash
# Gives telesales a database and a user without rights on anything else, when the server is new.
set -eu
mariadb --user=root --password="${MARIADB_ROOT_PASSWORD}" <<SQL
CREATE DATABASE IF NOT EXISTS televendas CHARACTER SET utf8mb4;
CREATE USER IF NOT EXISTS 'televendas'@'%' IDENTIFIED BY '${TELEVENDAS_PASSWORD}';
GRANT ALL PRIVILEGES ON televendas.* TO 'televendas'@'%';
SQL
