# docker buildx bake -f docker/docker-bake.hcl --push
# Both variants for both processors, with a list of what is in them (SBOM) and of how they were built (provenance).

variable "IMAGE" {
  default = "registry.example.com/responses-proxy"
}

variable "TAG" {
  default = "0.1.0"
}

group "default" {
  targets = ["runtime", "distroless"]
}

target "runtime" {
  dockerfile = "docker/Dockerfile"
  target     = "runtime"
  tags       = ["${IMAGE}:${TAG}"]
  platforms  = ["linux/amd64", "linux/arm64"]
  attest     = ["type=sbom", "type=provenance,mode=max"]
}

target "distroless" {
  inherits = ["runtime"]
  target   = "distroless"
  tags     = ["${IMAGE}:${TAG}-distroless"]
}
