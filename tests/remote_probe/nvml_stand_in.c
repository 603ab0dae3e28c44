/* A stand-in for libnvidia-ml.so.1: the functions that the probe calls, as NVIDIA's documentation of NVML declares them.
   What it says is in the file that NVML_STAND_IN names: "init CODE", "count CODE N", and a line for each GPU, "gpu CODE",
   followed by a code and the values of each function; a code of 0 is success. The calls of nvmlInit_v2 and nvmlShutdown
   are noted in the same path with ".calls" behind it. While one with ".hang" behind it exists, counting does not end. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef int nvmlReturn_t;
typedef struct nvmlDevice_st *nvmlDevice_t;
typedef struct { unsigned int gpu, memory; } nvmlUtilization_t;
typedef struct { unsigned long long total, free, used; } nvmlMemory_t;
typedef int nvmlTemperatureSensors_t;

enum { SUCCESS = 0, INVALID_ARGUMENT = 2, UNKNOWN = 999 };

struct nvmlDevice_st {
    nvmlReturn_t handle, utilization, memory, temperature, power;
    nvmlUtilization_t rates;
    nvmlMemory_t sizes;
    unsigned int celsius, milliwatts;
};

static struct nvmlDevice_st devices[128];

static void note(const char *call) {
    char path[4096];
    snprintf(path, sizeof path, "%s.calls", getenv("NVML_STAND_IN"));
    FILE *file = fopen(path, "a");
    fprintf(file, "%s\n", call);
    fclose(file);
}

/* Reads everything; returns the code of `word` and, for "count", the number of GPUs. */
static nvmlReturn_t look(const char *word, unsigned int *count) {
    FILE *file = fopen(getenv("NVML_STAND_IN"), "r");
    char kind[16];
    nvmlReturn_t code = UNKNOWN, read;
    unsigned int number = 0, gpu = 0;
    if (!file) return UNKNOWN;
    while (fscanf(file, "%15s", kind) == 1) {
        if (fscanf(file, "%d", &read) != 1) break;
        if (!strcmp(kind, word)) code = read;
        if (!strcmp(kind, "count") && fscanf(file, "%u", &number) != 1) break;
        if (!strcmp(kind, "gpu")) {
            struct nvmlDevice_st *d = &devices[gpu++];
            d->handle = read;
            if (fscanf(file, "%d %u %u %d %llu %llu %llu %d %u %d %u", &d->utilization, &d->rates.gpu, &d->rates.memory,
                       &d->memory, &d->sizes.total, &d->sizes.free, &d->sizes.used, &d->temperature, &d->celsius,
                       &d->power, &d->milliwatts) != 11)
                break;
        }
    }
    fclose(file);
    if (count) *count = number;
    return code;
}

nvmlReturn_t nvmlInit_v2(void) {
    note("init");
    return look("init", NULL);
}

nvmlReturn_t nvmlShutdown(void) {
    note("shutdown");
    return SUCCESS;
}

nvmlReturn_t nvmlDeviceGetCount_v2(unsigned int *count) {
    char path[4096];
    snprintf(path, sizeof path, "%s.hang", getenv("NVML_STAND_IN"));
    while (!access(path, F_OK)) usleep(5000);
    return look("count", count);
}

nvmlReturn_t nvmlDeviceGetHandleByIndex_v2(unsigned int index, nvmlDevice_t *device) {
    if (index >= 128) return INVALID_ARGUMENT;
    *device = &devices[index];
    return devices[index].handle;
}

nvmlReturn_t nvmlDeviceGetUtilizationRates(nvmlDevice_t device, nvmlUtilization_t *rates) {
    *rates = device->rates;
    return device->utilization;
}

nvmlReturn_t nvmlDeviceGetMemoryInfo(nvmlDevice_t device, nvmlMemory_t *sizes) {
    *sizes = device->sizes;
    return device->memory;
}

nvmlReturn_t nvmlDeviceGetTemperature(nvmlDevice_t device, nvmlTemperatureSensors_t sensor, unsigned int *celsius) {
    if (sensor != 0) return INVALID_ARGUMENT;
    *celsius = device->celsius;
    return device->temperature;
}

#ifndef WITHOUT_POWER
nvmlReturn_t nvmlDeviceGetPowerUsage(nvmlDevice_t device, unsigned int *milliwatts) {
    *milliwatts = device->milliwatts;
    return device->power;
}
#endif
