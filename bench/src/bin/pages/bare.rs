//! What pages are measured against: a handler that makes one indexed select and returns 30 KB.

use std::net::SocketAddr;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use sqlx::PgPool;
use tokio::net::TcpListener;

/// What a typical page has before it is compressed, in bytes.
const BYTES: usize = 30_000;

pub(crate) async fn serve(address: SocketAddr, database: &str) -> anyhow::Result<()> {
    let pool = PgPool::connect(database).await?;
    let router = Router::new().route("/{id}", get(show)).with_state(pool);
    axum::serve(TcpListener::bind(address).await?, router).await?;
    Ok(())
}

async fn show(State(pool): State<PgPool>, Path(id): Path<i64>) -> Result<String, StatusCode> {
    let title: Option<String> = sqlx::query_scalar("select title from article where id = $1")
        .bind(id)
        .fetch_one(&pool)
        .await
        .map_err(|_| StatusCode::NOT_FOUND)?;
    let mut page = title.unwrap_or_default();
    page.extend(std::iter::repeat_n('x', BYTES - page.len().min(BYTES)));
    Ok(page)
}
